"""What is to be solved: tasks, suites and their file formats. Knows no sandbox, no SQL and no HTTP."""
