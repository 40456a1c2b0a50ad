// SPDX-License-Identifier: GPL-2.0
/* What the kernel does elsewhere with a range of memory. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define DISK		"/dev/vda"
#define ZRAM		"/dev/zram0"
#define ZRAM_SIZE	"/sys/block/zram0/disksize"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

#define MOST_PAGES	TABLE_PAGES
#define MPOL_MF_MOVE	2

/* What mkswap does, and only to a device that is blank: no other is touched. What comes later is taken first. */
static void swap_on(const char *device)
{
	static int priority;
	static char header[PAGE];
	uint32_t info[2] = { 1 };	/* version, last page */
	int fd = open(device, O_RDWR | O_EXCL | O_CLOEXEC);

	if (fd < 0)
		die("%s: %m (DISK=64M makes a disk)", device);
	if (pread(fd, header, PAGE, 0) != (ssize_t)PAGE || header[0] || memcmp(header, header + 1, PAGE - 1))
		die("%s is not blank", device);
	info[1] = lseek(fd, 0, SEEK_END) / PAGE - 1;
	memcpy(header + 1024, info, sizeof(info));
	memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, header, PAGE, 0) != (ssize_t)PAGE || fsync(fd))
		die("%s: %m", device);
	close(fd);
	memset(header, 0, sizeof(header));
	if (swapon(device, SWAP_FLAG_PREFER | priority++))
		die("swapon %s: %m", device);
}

static bool swap_on_disk(void)
{
	swap_on(DISK);
	return true;
}

static bool swap_on_zram(void)
{
	int fd = open(ZRAM_SIZE, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (write(fd, "64M", 3) != 3)
		die(ZRAM_SIZE ": %m");
	close(fd);
	swap_on(ZRAM);
	return true;
}

static bool two_nodes(void)
{
	return !access("/sys/devices/system/node/node1", F_OK);
}

static void pageout(struct range *r)
{
	if (madvise(r->start, r->pages * PAGE, MADV_PAGEOUT))
		die("MADV_PAGEOUT: %m");
}

static void dontneed(struct range *r)
{
	if (madvise(r->start, r->pages * PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED: %m");
}

static void protect(struct range *r)
{
	if (mprotect(r->start, r->pages * PAGE, PROT_READ))
		die("mprotect: %m");
}

/* To the other node. glibc has no move_pages(2) of its own. */
static void move(struct range *r)
{
	static void *pages[MOST_PAGES];
	static int nodes[MOST_PAGES], status[MOST_PAGES];
	unsigned long i;

	if (r->pages > MOST_PAGES)
		die("move_pages: %lu pages", r->pages);
	for (i = 0; i < r->pages; i++)
		pages[i] = r->start + i * PAGE;
	if (syscall(SYS_move_pages, 0, r->pages, pages, NULL, status, 0))
		die("move_pages: %m");
	for (i = 0; i < r->pages; i++)
		nodes[i] = !status[0];
	if (syscall(SYS_move_pages, 0, r->pages, pages, nodes, status, MPOL_MF_MOVE))
		die("move_pages: %m");
	for (i = 0; i < r->pages; i++)
		if (status[i] != nodes[i])
			die("move_pages: page %lu is on node %d and not on %d", i, status[i], nodes[i]);
}

static const struct yardstick yardsticks[] = {
	{ "MADV_DONTNEED", NULL, dontneed },
	{ "mprotect", NULL, protect },
	{ "move_pages", two_nodes, move },
	{ "MADV_PAGEOUT", swap_on_disk, pageout },
	{ "MADV_PAGEOUT-zram", swap_on_zram, pageout },
};

const struct yardstick *next_yardstick(const struct yardstick *yardstick)
{
	const struct yardstick *end = yardsticks + sizeof(yardsticks) / sizeof(yardsticks[0]);

	for (yardstick = yardstick ? yardstick + 1 : yardsticks; yardstick < end; yardstick++)
		if (!yardstick->prepare || yardstick->prepare())
			return yardstick;
	return NULL;
}
