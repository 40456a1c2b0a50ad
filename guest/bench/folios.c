// SPDX-License-Identifier: GPL-2.0
/* Folios of a size that is asked for, and whether they are there: the kernel takes smaller ones when it has to. */
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define THP		"/sys/kernel/mm/transparent_hugepage/"
#define PM_PFN		((1ULL << 55) - 1)
#define KPF_HEAD	(1ULL << 15)
#define KPF_TAIL	(1ULL << 16)

/* The sizes of anonymous folios between a page and a huge page; none before v6.8. */
unsigned int folio_orders(unsigned int orders[], unsigned int most)
{
	unsigned int order, n = 0;
	char path[96];

	for (order = 1; order < HUGE_ORDER && n < most; order++) {
		snprintf(path, sizeof(path), THP "hugepages-%lukB/enabled", (PAGE << order) / 1024);
		if (!access(path, W_OK))
			orders[n++] = order;
	}
	return n;
}

void folio_order_set(unsigned int order, bool on)
{
	const char *value = on ? "always" : "never";
	char path[96];
	int fd;

	snprintf(path, sizeof(path), THP "hugepages-%lukB/enabled", (PAGE << order) / 1024);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		die("%s: %m", path);
	close(fd);
}

static uint64_t word(const char *file, unsigned long n)
{
	uint64_t value;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &value, sizeof(value), n * sizeof(value)) != sizeof(value))
		die("%s: %m", file);
	close(fd);
	return value;
}

/* The first and the last folio of the range stand for all. */
void folio_order_check(const struct range *r, const struct layout *layout)
{
	unsigned long folio = 1UL << layout->order, ends[2] = { 0, r->pages - folio }, i, at;
	uint64_t want, flags;

	if (layout->stride > 1)
		ends[1] = 0;
	for (i = 0; i < 2 * folio; i++) {
		at = ends[i / folio] + i % folio;
		want = !layout->order ? 0 : i % folio ? KPF_TAIL : KPF_HEAD;
		flags = word("/proc/kpageflags", word("/proc/self/pagemap", (uintptr_t)r->start / PAGE + at) & PM_PFN);
		if ((flags & (KPF_HEAD | KPF_TAIL)) != want)
			die("%s: page %lu is not in a folio of %lu pages", layout->name, at, folio);
	}
}
