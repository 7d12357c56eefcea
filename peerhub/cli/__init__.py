"""The `peerhub` command. Each command loads only what it needs, so that `--help` is quick."""
