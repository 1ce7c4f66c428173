"""What each analyser said, as findings: one pure parser per tool."""
