"""Sentences written before the rules for dates were, and set aside: name → (text, what is known, dates as (words, EDTF)).

The hit rate of the first run on them stands in `test_dates.py`; they now keep what works working.
"""

from __future__ import annotations

from regesta.ingest.extract.model import Context

Case = tuple[str, Context, list[tuple[str, str | None]]]

UNKNOWN = Context()
MARCH = Context(published="2023-03-15")  # a Wednesday
SEPTEMBER = Context(published="2021-09-20")  # a Monday
DECEMBER = Context(published="2019-12-02")  # a Monday
OCTOBER = Context(published="2022-10-07")  # a Friday

CASES: dict[str, Case] = {
    # Whole dates
    "month first": ("The dam was inspected on March 3, 2023, and found wanting.", MARCH, [("March 3, 2023", "2023-03-03")]),
    "day first": ("The treaty was signed on 9 October 2019 in Oslo.", DECEMBER, [("9 October 2019", "2019-10-09")]),
    "short month": ("Filed Sept. 8, 2021, with the county clerk.", SEPTEMBER, [("Sept. 8, 2021", "2021-09-08")]),
    "ordinal with of": ("Given under my hand on the 4th of October, 2022.", OCTOBER, [("4th of October, 2022", "2022-10-04")]),
    "weekday and whole date": ("She was sworn in on Monday, September 13, 2021.", SEPTEMBER, [("Monday, September 13, 2021", "2021-09-13")]),
    "iso": ("Record created 2021-09-14 by the clerk's office.", SEPTEMBER, [("2021-09-14", "2021-09-14")]),
    "slashes with a day above twelve": ("The permit dated 11/25/2019 has lapsed.", DECEMBER, [("11/25/2019", "2019-11-25")]),
    "slashes, short year": ("Received by the registry 9/17/21.", SEPTEMBER, [("9/17/21", "2021-09-17")]),
    "slashes in another's order": ("The council met on 25/11/2019 and again on 02/12/2019.", DECEMBER, [("25/11/2019", "2019-11-25"), ("02/12/2019", "2019-12-02")]),
    "slashes in American order by a neighbour": ("Invoices of 11/22/2019 and 12/02/2019 were disputed.", DECEMBER, [("11/22/2019", "2019-11-22"), ("12/02/2019", "2019-12-02")]),
    # Years that have to be worked out
    "no year, past": ("The bridge collapsed on March 9 after days of rain.", MARCH, [("March 9", "2023-03-09")]),
    "no year, past, of the year before": ("The board was dissolved on Dec. 12 and has not met since.", MARCH, [("Dec. 12", "2022-12-12")]),
    "no year, future": ("The vote will be held on January 14.", DECEMBER, [("January 14", "2020-01-14")]),
    "no year, deadline": ("Counties must answer by October 1.", SEPTEMBER, [("October 1", "2021-10-01")]),
    "no year, next one": ("Hearings are scheduled for Feb. 3 and Feb. 10.", DECEMBER, [("Feb. 3", "2020-02-03"), ("Feb. 10", "2020-02-10")]),
    "month alone, past": ("Regulators opened the inquiry in November.", DECEMBER, [("November", "2019-11")]),
    "month alone, future": ("The tunnel is expected to open in April.", MARCH, [("April", "2023-04")]),
    "possessive month": ("Turnout in November's referendum was low, officials said.", MARCH, [("November", "2022-11")]),
    "last and a month": ("It has been closed since last August.", MARCH, [("last August", "2022-08")]),
    "next and a month": ("The leases run out next June.", DECEMBER, [("next June", "2020-06")]),
    "month as an adjective": ("The panel approved it at its October meeting.", DECEMBER, [("October", "2019-10")]),
    # Weeks, months, years around now
    "this week": ("Teachers walked out this week in four districts.", MARCH, [("this week", "2023-03-13/2023-03-19")]),
    "last week": ("Last week the mayor ruled it out.", SEPTEMBER, [("Last week", "2021-09-13/2021-09-19")]),
    "next week": ("A ruling is due next week.", OCTOBER, [("next week", "2022-10-10/2022-10-16")]),
    "earlier this month": ("The company filed for bankruptcy earlier this month.", MARCH, [("earlier this month", "2023-03")]),
    "last month": ("The clerk resigned last month.", OCTOBER, [("last month", "2022-09")]),
    "next year": ("Tolls will double next year.", DECEMBER, [("next year", "2020")]),
    "later this year": ("Voters will decide later this year.", SEPTEMBER, [("later this year", "2021")]),
    "week of a day": ("Letters went out the week of September 6.", SEPTEMBER, [("the week of September 6", "2021-09-06/2021-09-12")]),
    "weekend": ("Crews worked over the weekend to clear the road.", SEPTEMBER, [("the weekend", "2021-09-18/2021-09-19")]),
    # Weekdays
    "weekday, past": ("The judge refused on Monday to delay the trial.", MARCH, [("Monday", "2023-03-13")]),
    "weekday, same day": ("The governor said Wednesday that talks had failed.", MARCH, [("Wednesday", "2023-03-15")]),
    "weekday, future": ("The senate is expected to vote on Thursday.", MARCH, [("Thursday", "2023-03-16")]),
    "weekday after said, another after will": ("Officials said Tuesday that the pumps will be switched on Friday.", MARCH, [("Tuesday", "2023-03-14"), ("Friday", "2023-03-17")]),
    "last and a weekday": ("The strike began last Thursday.", SEPTEMBER, [("last Thursday", "2021-09-16")]),
    "next and a weekday": ("The court meets next Tuesday.", OCTOBER, [("next Tuesday", "2022-10-11")]),
    "weekday and a part of the day": ("Power failed Sunday night across the island.", SEPTEMBER, [("Sunday night", "2021-09-19")]),
    "weekday and a day": ("On Friday, October 14, the ferry returns.", OCTOBER, [("Friday, October 14", "2022-10-14")]),
    "weekday's": ("Friday's decision ends the case.", SEPTEMBER, [("Friday", "2021-09-17")]),
    # Days around now
    "yesterday": ("We wrote to every hospital yesterday.", MARCH, [("yesterday", "2023-03-14")]),
    "today announced": ("The Attorney General today announced a settlement.", OCTOBER, [("today", "2022-10-07")]),
    "tomorrow": ("Polls open tomorrow at seven.", OCTOBER, [("tomorrow", "2022-10-08")]),
    "days ago": ("Three days ago nobody had heard of it.", SEPTEMBER, [("Three days ago", "2021-09-17")]),
    "a year ago": ("A year ago the plant employed nine hundred.", DECEMBER, [("A year ago", "2018")]),
    "months ago": ("The list was purged two months ago.", SEPTEMBER, [("two months ago", "2021-07")]),
    # Ranges
    "days of a month": ("The fair runs September 24-27.", SEPTEMBER, [("September 24-27", "2021-09-24/2021-09-27")]),
    "across months": ("Applications are open September 28–October 8, 2021.", SEPTEMBER, [("September 28–October 8, 2021", "2021-09-28/2021-10-08")]),
    "two days": ("Talks were held on March 7 and 8.", MARCH, [("March 7 and 8", "2023-03-07/2023-03-08")]),
    "from to": ("The exhibit was shown from March 1 to March 12.", MARCH, [("March 1 to March 12", "2023-03-01/2023-03-12")]),
    "between and": ("Between November 4 and November 20 the site was offline.", DECEMBER, [("November 4 and November 20", "2019-11-04/2019-11-20")]),
    "years with a dash": ("In the 2018-19 school year absences rose.", DECEMBER, [("2018-19", "2018/2019")]),
    "from year to year": ("He chaired the agency from 2011 to 2016.", DECEMBER, [("2011 to 2016", "2011/2016")]),
    # Vague
    "late month": ("Floods in late February cut the line.", MARCH, [("late February", "2023-02-21/2023-02-28")]),
    "early month and year": ("It began in early May 2020.", SEPTEMBER, [("early May 2020", "2020-05-01/2020-05-10")]),
    "mid month": ("By mid-August the reservoir was empty.", SEPTEMBER, [("mid-August", "2021-08-11/2021-08-20")]),
    "season": ("Construction started in the fall of 2020.", SEPTEMBER, [("fall of 2020", "2020-23")]),
    "quarter": ("Revenue fell in the second quarter of 2019.", DECEMBER, [("second quarter of 2019", "2019-04/2019-06")]),
    "decade": ("The pipes date from the 1960s.", MARCH, [("1960s", "196X")]),
    "month and year": ("A report of July 2018 said the same.", DECEMBER, [("July 2018", "2018-07")]),
    "year": ("The office has existed since 1994.", MARCH, [("1994", "1994")]),
    "year as an adjective": ("The 2018 census is disputed.", DECEMBER, [("2018", "2018")]),
    # Clocks
    "clock after": ("The vote closed on October 5 at 11:30 p.m. in the capitol.", OCTOBER, [("October 5 at 11:30 p.m.", "2022-10-05T23:30:00")]),
    "clock and zone before": ("Sirens sounded at 6:45 a.m. ET on March 10.", MARCH, [("6:45 a.m. ET on March 10", "2023-03-10T06:45:00-05:00")]),
    "clock with a sure zone": ("Posted October 6, 2022, 15:20 PDT", OCTOBER, [("October 6, 2022, 15:20 PDT", "2022-10-06T15:20:00-07:00")]),
    "noon": ("Bids are due by noon Friday.", MARCH, [("noon Friday", "2023-03-17T12:00:00")]),
    # Layout
    "dateline gives the base": ("OTTAWA, Sept. 16, 2021 — Ministers agreed Tuesday to reopen the border.", UNKNOWN, [("Sept. 16, 2021", "2021-09-16"), ("Tuesday", "2021-09-14")]),
    "release date gives the base": ("FOR IMMEDIATE RELEASE\nOctober 3, 2022\n\nThe commission met yesterday.", UNKNOWN, [("October 3, 2022", "2022-10-03"), ("yesterday", "2022-10-02")]),
    "letter date gives the base": ("12 March 2023\n\nDear Secretary,\n\nYour letter reached us last week. Please reply by March 24.", UNKNOWN, [("12 March 2023", "2023-03-12"), ("last week", "2023-02-27/2023-03-05"), ("March 24", "2023-03-24")]),
    "tracker headings give the base": ("Strike tracker 2021\n\nSeptember 14\nDrivers walked out. They will be back Thursday.\n\nSeptember 17\nTalks resumed yesterday.", SEPTEMBER, [("2021", "2021"), ("September 14", "2021-09-14"), ("Thursday", "2021-09-16"), ("September 17", "2021-09-17"), ("yesterday", "2021-09-16")]),
    "post stamp": ("We are not handing over a single file. — Mayor Ana Ruiz (@MayorRuiz) October 4, 2022", OCTOBER, [("October 4, 2022", "2022-10-04")]),
    "post with a clock": ("Counting goes on through the night.\n8:02 PM - 3 Dec 2019", UNKNOWN, [("8:02 PM - 3 Dec 2019", "2019-12-03T20:02:00")]),
    "update stamp": ("Updated: March 16, 2023 at 9:05 a.m.", MARCH, [("March 16, 2023 at 9:05 a.m.", "2023-03-16T09:05:00")]),
    "stamp without a year": ("The ban was lifted on October 5, 2022.\nThis article was updated October 6 at 1:10 p.m.", UNKNOWN, [("October 5, 2022", "2022-10-05"), ("October 6 at 1:10 p.m.", "2022-10-06T13:10:00")]),
    # None
    "may the verb": ("Clerks may refuse. It may be weeks. May I ask why?", MARCH, []),
    "may the person": ("Theresa May lost the vote, and May resigned.", DECEMBER, []),
    "to march": ("Thousands plan a March on Washington; the students march again.", MARCH, []),
    "august the person": ("The play by August Strindberg and the actress June Allyson were praised.", MARCH, []),
    "large number": ("He won by 2,006 votes, about 2016 votes more than forecast.", DECEMBER, []),
    "bill and section": ("HB 2019 amends Section 2016 of the code.", DECEMBER, []),
    "address": ("Write to 1600 Pennsylvania Avenue NW, Washington, DC 20500, or call 202-456-1111.", MARCH, []),
    "bare durations": ("For two years the road was shut; reply within 30 days.", MARCH, []),
    "weekday in a name": ("The Sunday Times wrote of Black Friday sales.", OCTOBER, []),
    "second and fractions": ("In the second round 1/2 of the seats and a 2/3 majority were at stake, 24/7.", OCTOBER, []),
    "effective immediately": ("The order is effective immediately and is read daily.", OCTOBER, []),
    "every weekday": ("The office is open Mondays and every other Tuesday.", OCTOBER, []),
}  # fmt: skip
