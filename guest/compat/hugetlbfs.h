/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of libhugetlbfs that the hmm selftests of older trees call, so that they
 * link statically for any architecture without a foreign package.
 */
#ifndef LAB_HUGETLBFS_H
#define LAB_HUGETLBFS_H

#include <stddef.h>

#define GHR_STRICT 0x1000000

int gethugepagesizes(long pagesizes[], int n_elem);
void *get_hugepage_region(size_t len, unsigned long flags);
void free_hugepage_region(void *ptr);

#endif
