// SPDX-License-Identifier: GPL-2.0
/*
 * The counters of a kernel built with CONFIG_GCOV_KERNEL, as they are now, on stdout: gcov-dump <end of the path>.
 * The kernel shows them in debugfs, below the directory that it was built in, which the guest cannot know: so
 * the file is looked for by the end of its path. It must be one, as its bytes come as they are, without a frame.
 */
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GCOV_DIR	"/sys/kernel/debug/gcov"
#define OPEN_DIRS	8

static const char *wanted;
static char *found;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	size_t len = strlen(path), end = strlen(wanted);

	(void)st;
	(void)ftw;
	if (type != FTW_F || len <= end || path[len - end - 1] != '/' || strcmp(path + len - end, wanted))
		return 0;
	if (found)
		errx(1, "both %s and %s are %s", found, path, wanted);
	found = strdup(path);
	if (!found)
		err(1, "strdup");
	return 0;
}

static void write_all(const char *buf, ssize_t len)
{
	ssize_t n;

	for (; len > 0; buf += n, len -= n) {
		n = write(1, buf, len);
		if (n < 0)
			err(1, "stdout");
	}
}

int main(int argc, char **argv)
{
	static char buf[65536];
	ssize_t n;
	int fd;

	if (argc != 2 || !argv[1][0])
		errx(2, "usage: gcov-dump <end of the path, like mm/migrate_device.gcda>");
	wanted = argv[1];
	if (nftw(GCOV_DIR, visit, OPEN_DIRS, FTW_PHYS) < 0)
		err(1, "%s", GCOV_DIR);
	if (!found)
		errx(1, "no %s below %s: was it built with counters?", wanted, GCOV_DIR);
	fd = open(found, O_RDONLY);
	if (fd < 0)
		err(1, "%s", found);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		write_all(buf, n);
	if (n < 0)
		err(1, "%s", found);
	return 0;
}
