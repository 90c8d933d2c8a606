"""One module a platform, each in the true shape of what it stands for; all contents invented."""
