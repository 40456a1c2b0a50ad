// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <sys/mman.h>

#include "hugetlbfs.h"

#define REGIONS 16

static struct {
	void *ptr;
	size_t len;
} regions[REGIONS];

int gethugepagesizes(long pagesizes[], int n_elem)
{
	DIR *dir = opendir("/sys/kernel/mm/hugepages");
	struct dirent *entry;
	int n = 0;
	long kb;

	if (!dir)
		return -1;
	while (n < n_elem && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "hugepages-%ldkB", &kb) == 1)
			pagesizes[n++] = kb << 10;
	closedir(dir);
	return n;
}

void *get_hugepage_region(size_t len, unsigned long flags)
{
	void *ptr;
	int i;

	(void)flags;
	for (i = 0; i < REGIONS && regions[i].ptr; i++)
		;
	if (i == REGIONS)
		return NULL;
	ptr = mmap(NULL, len, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (ptr == MAP_FAILED)
		return NULL;
	regions[i].ptr = ptr;
	regions[i].len = len;
	return ptr;
}

void free_hugepage_region(void *ptr)
{
	int i;

	for (i = 0; i < REGIONS; i++) {
		if (regions[i].ptr == ptr) {
			munmap(ptr, regions[i].len);
			regions[i].ptr = NULL;
			return;
		}
	}
}
