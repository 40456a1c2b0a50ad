// SPDX-License-Identifier: GPL-2.0
/* What is done with failing allocations, and what has to be there before. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"

static int to_dev(struct scene *s)
{
	return device_to_dev(s->device, s->addr, s->pages);
}

static int to_sys(struct scene *s)
{
	return device_to_sys(s->device, s->addr, s->pages);
}

static int touch(struct scene *s)
{
	unsigned int i;

	for (i = 0; i < s->pages; i++)
		*(volatile char *)(s->addr + i * PAGE);
	return 0;
}

static int touch_one(struct scene *s)
{
	*(volatile char *)(s->addr + s->pages / 2 * PAGE);
	return 0;
}

static int write_one(struct scene *s)
{
	*(volatile char *)(s->addr + s->pages / 3 * PAGE) = content(s->pages / 3);
	return 0;
}

/* A child that looks at what it has inherited, with no allocation failing by then. */
static int fork_and_look(struct scene *s)
{
	pid_t pid = fork();
	unsigned int i;
	int status;

	if (pid < 0)
		return errno;
	if (!pid) {
		inject_stop_in_child();
		for (i = 0; i < s->pages; i++)
			if (s->addr[i * PAGE] != content(i))
				_exit(1);
		_exit(0);
	}
	inject_stop();
	if (waitpid(pid, &status, 0) != pid || status)
		die("a child found other content than its parent had (wait status %#x)", status);
	return 0;
}

/* On the device, and mapped there by a child as well, which touches nothing. */
static int shared_with_child(struct scene *s)
{
	int error = to_dev(s);

	if (error)
		return error;
	s->child = fork();
	if (s->child < 0)
		return errno;
	if (!s->child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return 0;
}

static void make_hole(struct scene *s)
{
	s->hole = s->addr + s->pages / 4 * PAGE;
	s->gone = s->pages / 2;
}

static int unmap_part(struct scene *s)
{
	char *hole = s->addr + s->pages / 4 * PAGE;

	if (munmap(hole, s->pages / 2 * PAGE))
		return errno;
	make_hole(s);
	return 0;
}

static int discard_part(struct scene *s)
{
	char *hole = s->addr + s->pages / 4 * PAGE;

	if (madvise(hole, s->pages / 2 * PAGE, MADV_DONTNEED))
		return errno;
	make_hole(s);
	return 0;
}

static int protect_part(struct scene *s)
{
	if (mprotect(s->addr + s->pages / 4 * PAGE, s->pages / 2 * PAGE, PROT_READ))
		return errno;
	return 0;
}

/* Half of it goes elsewhere and comes back. */
static int move(struct scene *s)
{
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	unsigned long half = s->pages / 2 * PAGE;
	char *from = s->addr + half, *to = s->addr + HUGE_PAGE;

	if (mremap(from, half, half, flags, to) == MAP_FAILED)
		return errno;
	if (mremap(to, half, half, flags, from) == MAP_FAILED) {
		inject_stop();
		if (mremap(to, half, half, flags, from) == MAP_FAILED)
			die("cannot move memory back: %s", strerror(errno));
		return ENOMEM;
	}
	return 0;
}

static int read_by_device(struct scene *s)
{
	return device_read(s->other, s->addr, s->pages);
}

static int write_by_device(struct scene *s)
{
	return device_write_same(s->other, s->addr, s->pages);
}

static int exclusive(struct scene *s)
{
	return device_exclusive(s->device, s->addr, s->pages);
}

/* The driver evicts all of the device when a mirror of it goes. */
static int close_other(struct scene *s)
{
	close(s->other);
	s->other = -1;
	return 0;
}

static int open_close(struct scene *s)
{
	int fd = device_open();

	(void)s;
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int release(struct scene *s)
{
	(void)s;
	return device_release();
}

static int collapse(struct scene *s)
{
	return madvise(s->addr, s->pages * PAGE, 25 /* MADV_COLLAPSE */) ? errno : 0;
}

const struct operation operations[] = {
	{ "to-device", NULL, to_dev, .needs = ALWAYS },
	{ "hole-to-device", NULL, to_dev, .needs = ALWAYS, .empty = true },
	{ "to-system", to_dev, to_sys, .needs = HAS_TO_SYS },
	{ "fault", to_dev, touch, .needs = ALWAYS },
	{ "fault-middle", to_dev, touch_one, .needs = ALWAYS },
	{ "write-fault", shared_with_child, write_one, .needs = ALWAYS },
	{ "fork", to_dev, fork_and_look, .needs = ALWAYS },
	{ "shared-to-system", shared_with_child, to_sys, .needs = HAS_TO_SYS },
	{ "unmap-part", to_dev, unmap_part, .needs = ALWAYS },
	{ "discard-part", to_dev, discard_part, .needs = ALWAYS },
	{ "protect-part", to_dev, protect_part, .needs = ALWAYS },
	{ "move", to_dev, move, .needs = ALWAYS },
	{ "collapse", to_dev, collapse, .needs = HAS_TO_SYS },
	{ "device-read", NULL, read_by_device, .needs = ALWAYS },
	{ "device-write", NULL, write_by_device, .needs = ALWAYS },
	{ "exclusive", NULL, exclusive, .needs = HAS_TO_SYS },
	{ "open", NULL, open_close, .needs = ALWAYS, .vmalloc = true },
	{ "evict", to_dev, close_other, .needs = HAS_TO_SYS, .vmalloc = true },
	{ "release", to_dev, release, .needs = HAS_RELEASE, .vmalloc = true },
	{ }
};
