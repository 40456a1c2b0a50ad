// SPDX-License-Identifier: GPL-2.0
/*
 * Marks that a page table entry bears and that have to come along when it becomes another: userfaultfd's write
 * protection, and the soft-dirty bit. KSM drops both when it merges a page, so their pages are taken from it before.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stress.h"

#define MOST_PAGES	32U
#define SOFT_DIRTY	(1ULL << 55)

static int uffd_open(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd >= 0 && (ioctl(fd, UFFDIO_API, &api) || !(api.features & UFFD_FEATURE_PAGEFAULT_FLAG_WP))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int write_protect(int uffd, void *at, unsigned long size, bool on)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = (uintptr_t)at, .len = size },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};
	int error;

	do
		error = ioctl(uffd, UFFDIO_WRITEPROTECT, &wp) ? errno : 0;
	while (error == EAGAIN);
	return error;
}

/* Notes which page it was, and lets the write go on. */
static void *answer(void *arg)
{
	struct process *p = arg;
	struct uffd_msg msg;
	unsigned int i;

	while (read(p->uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		char *at = (char *)(uintptr_t)(msg.arg.pagefault.address & ~(PAGE - 1));
		struct uffdio_range range = { .start = (uintptr_t)at, .len = PAGE };

		for (i = 0; i < REGIONS; i++)
			if (at >= p->region[i].addr && at < p->region[i].addr + REGION_SIZE)
				__atomic_store_n(&p->region[i].wp_seen[(at - p->region[i].addr) / PAGE], 1,
						 __ATOMIC_RELEASE);
		if (write_protect(p->uffd, at, PAGE, false))
			ioctl(p->uffd, UFFDIO_WAKE, &range);
	}
	die("userfaultfd: %m");
}

void marks_start(struct process *p)
{
	pthread_t thread;

	p->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (!(has & HAS_UFFD_WP))
		return;
	p->uffd = uffd_open();
	if (p->uffd < 0 || pthread_create(&thread, NULL, answer, p))
		die("userfaultfd: %m");
}

static void move_about(struct thread *t, struct range *r)
{
	unsigned int i, n = 1 + pick(&t->rng, 4);

	for (i = 0; i < n; i++) {
		switch (pick(&t->rng, 3)) {
		case 0:
			device_to_dev_checked(t, r);
			break;
		case 1:
			if (has & HAS_TO_SYS)
				device_to_sys(t, r);
			break;
		case 2:
			op_advise(r, 21); /* MADV_PAGEOUT */
		}
	}
}

static void read_pagemap(struct thread *t, const struct range *r, uint64_t *entries)
{
	ssize_t size = r->pages * sizeof(*entries);

	if (pread(t->process->pagemap, entries, size, (uintptr_t)address(r) / PAGE * sizeof(*entries)) != size)
		die("pagemap: %m");
}

int marks_wp(struct thread *t, struct range *r)
{
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_WP };
	struct process *p = t->process;
	unsigned int i, lost = 0;
	int error;

	if (r->pages > MOST_PAGES)
		r->pages = MOST_PAGES;
	if (has & HAS_KSM)
		op_advise(r, MADV_UNMERGEABLE);
	content_write(t, r, 1, false); /* a hole would have no entry to bear the mark */
	reg.range.start = (uintptr_t)address(r);
	reg.range.len = length(r);
	if (ioctl(p->uffd, UFFDIO_REGISTER, &reg))
		return errno;
	error = write_protect(p->uffd, address(r), length(r), true);
	if (!error) {
		move_about(t, r);
		content_check(t, r, "the CPU, write protected by userfaultfd");
	}
	for (i = 0; !error && i < r->pages; i++) {
		struct range page = { r->region, r->first + i, 1 };
		uint8_t *seen = &r->region->wp_seen[page.first];

		__atomic_store_n(seen, 0, __ATOMIC_RELAXED);
		content_write(t, &page, 1, false);
		if (!__atomic_load_n(seen, __ATOMIC_ACQUIRE) && !lost++)
			lost_mark(t, r, page.first, "userfaultfd was not asked before a write");
	}
	write_protect(p->uffd, address(r), length(r), false);
	while (ioctl(p->uffd, UFFDIO_UNREGISTER, &reg.range))
		if (errno != ENOMEM)
			die("UFFDIO_UNREGISTER: %m");
	return error;
}

/* Of the whole process: its lock soft_dirty is held. Returns 0 or an errno. */
int marks_clear_soft_dirty(void)
{
	int fd, error = 0;

	fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "4", 1) != 1)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

/*
 * What has seen the write must not forget it. Whether the write was seen at all is another question, which is counted:
 * clear_refs leaves entries of pages that are on the device, or under migration, writable, and then nobody is asked.
 * (The kernel does not promise soft-dirty bits together with device memory, see copy_nonpresent_pte(). A migration by
 * itself keeps them.)
 */
int marks_soft_dirty(struct thread *t, struct range *r)
{
	uint64_t before[MOST_PAGES], after[MOST_PAGES];
	unsigned int i, lost = 0;
	int error;

	if (r->pages > MOST_PAGES)
		r->pages = MOST_PAGES;
	if (has & HAS_KSM)
		op_advise(r, MADV_UNMERGEABLE);
	pthread_mutex_lock(&t->process->soft_dirty);
	error = marks_clear_soft_dirty();
	if (!error) {
		content_write(t, r, 1, false);
		read_pagemap(t, r, before);
		move_about(t, r);
		read_pagemap(t, r, after);
		for (i = 0; i < r->pages; i++) {
			if (!(before[i] & SOFT_DIRTY))
				count(&shared->unnoticed, 1);
			else if (!(after[i] & SOFT_DIRTY) && !lost++)
				lost_mark(t, r, r->first + i, "a page that was soft-dirty is not any more");
		}
	}
	pthread_mutex_unlock(&t->process->soft_dirty);
	return error;
}

static bool soft_dirty(int pagemap, const char *page)
{
	uint64_t entry;

	return pread(pagemap, &entry, 8, (uintptr_t)page / PAGE * 8) == 8 && entry & SOFT_DIRTY;
}

static void *write_once(void *page)
{
	*(volatile char *)page = 1;
	return NULL;
}

/*
 * Does anybody get asked before a write? 5.10 takes the request on an architecture that has no bit for it, and then asks
 * nobody.
 */
static bool write_protects(int uffd, char *page)
{
	struct uffdio_register reg = {
		.range = { .start = (uintptr_t)page, .len = PAGE }, .mode = UFFDIO_REGISTER_MODE_WP,
	};
	struct uffd_msg msg;
	pthread_t writer;
	bool asked = false;

	if (ioctl(uffd, UFFDIO_REGISTER, &reg) || write_protect(uffd, page, PAGE, true))
		return false;
	if (fcntl(uffd, F_SETFL, O_NONBLOCK) || pthread_create(&writer, NULL, write_once, page))
		die("userfaultfd: %m");
	while (pthread_tryjoin_np(writer, NULL)) {
		if (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
			asked = true;
			if (write_protect(uffd, page, PAGE, false))
				die("userfaultfd: a page stays write protected");
		}
		usleep(1000);
	}
	return asked;
}

void marks_detect(void)
{
	volatile char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = uffd_open(), pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	page[0] = 1;
	if (fd >= 0 && write_protects(fd, (char *)page))
		has |= HAS_UFFD_WP;
	close(fd);
	fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	if (write(fd, "4", 1) == 1 && !soft_dirty(pagemap, (const char *)page)) {
		page[0] = 2;
		if (soft_dirty(pagemap, (const char *)page))
			has |= HAS_SOFT_DIRTY;
	}
	close(fd);
	close(pagemap);
	munmap((void *)page, PAGE);
}
