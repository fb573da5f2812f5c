"""The figures of a run, a module each; modules with an underscore hold what several of them
share."""
