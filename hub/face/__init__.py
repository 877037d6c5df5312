"""What pages are drawn with: marks, dates, years, form rendering."""
