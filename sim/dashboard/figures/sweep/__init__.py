"""The figures of a sweep, a module each; modules with an underscore hold what several of them
share."""
