"""The coverage-guided fuzzer: what it calls, what it begins with, and how long it goes on."""
