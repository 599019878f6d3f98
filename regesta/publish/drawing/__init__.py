"""Drawings as values: from dates, rows and settings to shapes in numbers and words, which templates turn into SVG."""
