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

#define SWAP		"/dev/vda"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

/* What mkswap does, on the lab's disk, which is blank: no other is touched. */
void swap_on(void)
{
	static char header[PAGE];
	uint32_t info[2] = { 1 };	/* version, last page */
	int fd = open(SWAP, O_RDWR | O_EXCL | O_CLOEXEC);

	if (fd < 0)
		die(SWAP ": %m (DISK=64M makes one)");
	if (pread(fd, header, PAGE, 0) != (ssize_t)PAGE || header[0] || memcmp(header, header + 1, PAGE - 1))
		die(SWAP " is not blank");
	info[1] = lseek(fd, 0, SEEK_END) / PAGE - 1;
	memcpy(header + 1024, info, sizeof(info));
	memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, header, PAGE, 0) != (ssize_t)PAGE || fsync(fd))
		die(SWAP ": %m");
	close(fd);
	if (swapon(SWAP, 0))
		die("swapon: %m");
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

const struct yardstick yardsticks[] = {
	{ "MADV_DONTNEED", dontneed },
	{ "mprotect", protect },
	{ "MADV_PAGEOUT", pageout },
	{ NULL, NULL },
};
