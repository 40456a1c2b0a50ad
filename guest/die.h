/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs of one file each say and do when they cannot be tried. */
#ifndef LAB_DIE_H
#define LAB_DIE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(2);
}

/* Write a setting of the kernel's. */
static inline void set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		die(file);
	close(fd);
}

#endif
