"""Records: what is stored of people. Each module writes and reads its tables (`asklater.tables`) and decides nothing.

Begin with `Answers` in answers.py; `episodes` is the life of prompts, `people` who is asked, `retention` what expires.
"""
