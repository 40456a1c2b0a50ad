// SPDX-License-Identifier: GPL-2.0
/*
 * The test_hmm driver: pages go to its memory and come back. That it refuses to is normal.
 *
 * Pages migrate to the first device only, and READ and WRITE are for the second. Of a page that is on the device, and
 * not in the mirror of its page table (another process has migrated it, or its mapping changed since), the driver
 * would read the device page itself, where there is no memory: dmirror_do_fault() does not look for what is behind it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../dmirror.h"
#include "stress.h"


#define MOST_PAGES	512U	/* in one call: what a thread's buffer has room for */

static const char *const names[2] = { "/dev/hmm_dmirror0", "/dev/hmm_dmirror1" };

/* An open file is a mirror of the address space of the process that opened it. */
void device_open(struct process *p)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		p->devices[i] = has & HAS_DEVICE ? open(names[i], O_RDWR | O_CLOEXEC) : -1;
}

static int call(struct thread *t, const struct range *r, unsigned long request, uint64_t *done)
{
	struct dmirror_cmd cmd = {
		.addr = (uintptr_t)address(r),
		.ptr = (uintptr_t)t->buffer,
		.npages = r->pages < MOST_PAGES ? r->pages : MOST_PAGES,
	};

	if (ioctl(t->process->devices[request == DMIRROR_READ || request == DMIRROR_WRITE], request, &cmd))
		return errno;
	*done = cmd.cpages;
	if (request == DMIRROR_TO_DEV || request == DMIRROR_TO_SYS) {
		count(&shared->migrations, 1);
		count(&shared->pages, cmd.cpages);
	}
	return 0;
}

int device_to_dev(struct thread *t, struct range *r)
{
	uint64_t done;

	return call(t, r, DMIRROR_TO_DEV, &done);
}

/* The driver hands back what the device reads after the migration. */
int device_to_dev_checked(struct thread *t, struct range *r)
{
	uint64_t done;
	int error = call(t, r, DMIRROR_TO_DEV, &done);

	if (!error)
		content_check_copy(t, r, t->buffer, r->pages < MOST_PAGES ? r->pages : MOST_PAGES, "the device");
	return error;
}

int device_to_sys(struct thread *t, struct range *r)
{
	uint64_t done;

	return call(t, r, DMIRROR_TO_SYS, &done);
}

/* Half of it may have been written when this fails. */
int device_write(struct thread *t, struct range *r)
{
	unsigned int i, n = r->pages < MOST_PAGES ? r->pages : MOST_PAGES;
	uint64_t value, done = 0;
	int error;

	/* Where the driver marks nothing dirty, the entries have to be. */
	if (settings.clean_writes)
		content_write(t, r, 1, false);
	for (i = 0; i < n; i++) {
		value = prng_next(&t->rng);
		content_fill(t->buffer + i * PAGE, value);
		content_set(&r->region->page[r->first + i], value);
	}
	error = call(t, r, DMIRROR_WRITE, &done);
	for (i = 0; error && i < n; i++)
		content_fill(address(r) + i * PAGE, r->region->page[r->first + i].value);
	count(&shared->written, n);
	return error;
}

int device_read(struct thread *t, struct range *r)
{
	uint64_t done = 0;
	int error = call(t, r, DMIRROR_READ, &done);

	if (!error)
		content_check_copy(t, r, t->buffer, done, "the device");
	return error;
}

int device_exclusive(struct thread *t, struct range *r)
{
	uint64_t done;
	int error = call(t, r, DMIRROR_EXCLUSIVE, &done);

	content_check(t, r, "the CPU, taken back from the device");
	return error;
}

/*
 * A child migrates a page that it shares with us, and exits. Where the driver does not bring it back the page has a
 * mirror that was freed: it is unmapped and never looked at.
 */
static bool evicts(void)
{
	struct dmirror_cmd cmd = { .npages = 1 };
	char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), fd;
	uint64_t entry = 0;
	pid_t pid;

	if (page == MAP_FAILED || pagemap < 0)
		die("no memory, or no pagemap");
	madvise(page, 2 * PAGE, MADV_NOHUGEPAGE);
	page[0] = 1;
	cmd.addr = (uintptr_t)page;
	cmd.ptr = (uintptr_t)page + PAGE;
	pid = fork();
	if (!pid) {
		fd = open(names[0], O_RDWR | O_CLOEXEC);
		_exit(fd < 0 || ioctl(fd, DMIRROR_TO_DEV, &cmd));
	}
	waitpid(pid, NULL, 0);
	/* On the device it looks like swap. */
	if (pread(pagemap, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) != sizeof(entry))
		die("pagemap: %m");
	close(pagemap);
	munmap(page, 2 * PAGE);
	return entry & 1ULL << 63;
}

void device_detect(void)
{
	struct dmirror_cmd cmd = { .npages = 1 };
	char *page;
	int fd;

	if (settings.no_device)
		return;
	fd = open(names[0], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("%s: %m (--no-device does without it)", names[0]);
	page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		die("no memory");
	has |= HAS_DEVICE;
	page[0] = 1;
	cmd.addr = (uintptr_t)page;
	cmd.ptr = (uintptr_t)page + PAGE;
	if (!ioctl(fd, DMIRROR_SNAPSHOT, &cmd)) {
		has |= HAS_TO_SYS;
		cmd.cpages = 0;
		if (!ioctl(fd, DMIRROR_EXCLUSIVE, &cmd))
			has |= HAS_EXCLUSIVE;
	}
	munmap(page, 2 * PAGE);
	close(fd);
	if (evicts())
		has |= HAS_EVICT;
}
