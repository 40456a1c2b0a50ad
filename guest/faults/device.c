// SPDX-License-Identifier: GPL-2.0
/* The test_hmm driver's ioctls. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../dmirror.h"
#include "faults.h"


static char buffer[HUGE_PAGE] __attribute__((aligned(PAGE)));

static int call(int fd, unsigned long request, char *addr, unsigned int pages)
{
	struct dmirror_cmd cmd = { .addr = (uintptr_t)addr, .ptr = (uintptr_t)buffer, .npages = pages };

	return ioctl(fd, request, &cmd) ? errno : 0;
}

int device_open(void)
{
	return open("/dev/hmm_dmirror0", O_RDWR | O_CLOEXEC);
}

int device_to_dev(int fd, char *addr, unsigned int pages)
{
	return call(fd, DMIRROR_TO_DEV, addr, pages);
}

int device_to_sys(int fd, char *addr, unsigned int pages)
{
	return call(fd, DMIRROR_TO_SYS, addr, pages);
}

/* What came is right, or nothing came. */
int device_read(int fd, char *addr, unsigned int pages)
{
	int error = call(fd, DMIRROR_READ, addr, pages);
	unsigned int i;

	for (i = 0; !error && i < pages; i++)
		if (buffer[i * PAGE] != content(i))
			die("the device reads %#x in page %u, and not %#x", buffer[i * PAGE] & 0xff, i, content(i) & 0xff);
	return error;
}

/* It writes what is there: so it does not matter how far it got. */
int device_write_same(int fd, char *addr, unsigned int pages)
{
	unsigned int i;

	for (i = 0; i < pages; i++)
		memset(buffer + i * PAGE, content(i), PAGE);
	return call(fd, DMIRROR_WRITE, addr, pages);
}

int device_exclusive(int fd, char *addr, unsigned int pages)
{
	return call(fd, DMIRROR_EXCLUSIVE, addr, pages);
}

/*
 * Brings everything back and gives the device's memory up, which waits until the last page of it is free. Without a
 * mirror of our own memory being left, it does not end when a page has been leaked.
 */
int device_release(void)
{
	int fd = device_open(), error;

	if (fd < 0)
		return errno;
	error = call(fd, DMIRROR_RELEASE, NULL, 1);
	close(fd);
	return error;
}

/* A huge page is one on the device, too: a snapshot says so (PROT_PMD, PROT_DEV_PRIVATE). */
static bool takes_huge(int fd, char *huge)
{
	memset(huge, 1, HUGE_PAGE);
	buffer[0] = 0;
	return !device_to_dev(fd, huge, HUGE_PAGE / PAGE) && !call(fd, DMIRROR_SNAPSHOT, huge, 1) && (buffer[0] & 0x24) == 0x24;
}

unsigned int device_detect(void)
{
	char *map = mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *page = (char *)(((uintptr_t)map + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
	unsigned int has = 0;
	int fd = device_open();

	if (fd < 0 || map == MAP_FAILED)
		die("/dev/hmm_dmirror0: %s", strerror(errno));
	madvise(page, HUGE_PAGE, MADV_HUGEPAGE);
	page[0] = 1;
	if (!call(fd, DMIRROR_SNAPSHOT, page, 1))
		has |= HAS_TO_SYS;
	if (has & HAS_TO_SYS && takes_huge(fd, page))
		has |= HAS_HUGE;
	munmap(map, 2 * HUGE_PAGE);
	close(fd);
	if (has & HAS_TO_SYS && !device_release())
		has |= HAS_RELEASE;
	return has;
}
