# title: a program with dataclasses, future annotations and a loop over stdin
# exam: add_stdio
# expect: passed
from __future__ import annotations
import sys
from dataclasses import dataclass

@dataclass
class Line:
    numbers: list[int]
    def total(self) -> int:
        return sum(self.numbers)

def main() -> None:
    for text in sys.stdin:
        sys.stdout.write(str(Line([*map(int, text.split())]).total()) + "\n")

if __name__ == "__main__":
    main()
