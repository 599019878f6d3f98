"""What other programs subscribe to or take away: feeds, calendars and files; each says what it leaves out and why."""
