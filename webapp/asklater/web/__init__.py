"""The web's inner plumbing: limits, bodies, and calls to other hosts. What an application uses of the web lies beside
this package: `asklater.http`, `asklater.errors`, `asklater.security`.
"""
