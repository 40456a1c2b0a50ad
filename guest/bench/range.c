// SPDX-License-Identifier: GPL-2.0
/* Memory that goes to the device. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../dmirror.h"
#include "bench.h"

#define OTHER_PAGES	64	/* more than a CPU keeps back from the LRU lists */

/* /proc/<pid>/pagemap; what is on the device looks like swap there. */
#define PM_PRESENT	(1ULL << 63)
#define PM_SWAP		(1ULL << 62)

unsigned long range_tables(const struct layout *layout)
{
	return (layout->pages * layout->stride + TABLE_PAGES - 1) / TABLE_PAGES;
}

/*
 * A new page is put on its LRU list in a batch, with those that come after it. Whoever migrates it before that has to drain all
 * CPUs first, and whether it happens is chance.
 */
static void fill_batch(void)
{
	char *other = mmap(NULL, OTHER_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (other == MAP_FAILED || (madvise(other, OTHER_PAGES * PAGE, MADV_NOHUGEPAGE) && errno != EINVAL))
		die("no memory: %m");
	memset(other, 1, OTHER_PAGES * PAGE);
}

/* In the process that is to be measured: an open file of the device mirrors the one that opened it. */
void range_make(struct range *r, const struct layout *layout)
{
	size_t size, i;
	char *map;

	r->pages = layout->pages * layout->stride;
	size = r->pages * PAGE;
	r->device = open("/dev/hmm_dmirror0", O_RDWR | O_CLOEXEC);
	if (r->device < 0)
		die("/dev/hmm_dmirror0: %m");
	map = mmap(NULL, size + TABLE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		die("no memory: %m");
	r->start = (char *)(((uintptr_t)map + TABLE - 1) & ~(TABLE - 1));
	/* EINVAL: a kernel without huge pages. */
	if (layout->order == HUGE_ORDER ? madvise(r->start, size, MADV_HUGEPAGE)
					: !layout->order && madvise(r->start, size, MADV_NOHUGEPAGE) && errno != EINVAL)
		die("madvise: %m");
	for (i = 0; i < r->pages; i += layout->stride)
		memset(r->start + i * PAGE, 1, PAGE);
	folio_order_check(r, layout);
	/* Shared, so that no copy-on-write fault, with a flush of its own, falls into what is measured. */
	r->mirror = shared_memory(size);
	memset(r->mirror, 0, size);
	fill_batch();
}

/* How much of it moves is for the caller to see: a kernel may not be able to move some of it, or all. */
void range_to_device(struct range *r, unsigned long pages)
{
	struct dmirror_cmd cmd = { .addr = (uintptr_t)r->start, .ptr = (uintptr_t)r->mirror, .npages = pages };

	/* ENOENT: the driver wants to read on the device what did not go there. */
	if (ioctl(r->device, DMIRROR_TO_DEV, &cmd) && errno != ENOENT)
		die("the migration failed: %m");
}

void range_half(struct range *r)
{
	range_to_device(r, r->pages / 2);
	if (range_on_device(r) != r->pages / 2)
		die("half of the range did not go to the device");
}

unsigned long range_on_device(const struct range *r)
{
	uint64_t entry[TABLE_PAGES];
	unsigned long i, j, n, found = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("/proc/self/pagemap: %m");
	for (i = 0; i < r->pages; i += n) {
		n = r->pages - i < TABLE_PAGES ? r->pages - i : TABLE_PAGES;
		if (pread(fd, entry, n * sizeof(entry[0]), ((uintptr_t)r->start / PAGE + i) * sizeof(entry[0])) !=
		    (ssize_t)(n * sizeof(entry[0])))
			die("/proc/self/pagemap: %m");
		for (j = 0; j < n; j++)
			found += (entry[j] & (PM_PRESENT | PM_SWAP)) == PM_SWAP;
	}
	close(fd);
	return found;
}
