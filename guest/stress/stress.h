/* SPDX-License-Identifier: GPL-2.0 */
/* Processes and threads that do to memory what can be done to it, and know all the while what it must hold. */
#ifndef LAB_STRESS_H
#define LAB_STRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE		4096UL
#define TABLE		(2UL << 20)	/* what a page table maps, and what a huge page is */
#define REGIONS		4
#define REGION_PAGES	1024U
#define REGION_SIZE	(REGION_PAGES * PAGE)
#define BLOCK_PAGES	64U		/* what one lock is for */
#define BLOCKS		(REGION_PAGES / BLOCK_PAGES)
#define SLOTS		(2 * REGIONS)	/* places that a region can be moved to */
#define SLOT_SIZE	(REGION_SIZE + TABLE)
#define THREADS		4		/* in each process */
#define MOST_PROCESSES	16
#define MOST_REPORTS	20
#define HISTORY		16U
#define MOST_WITHOUT	16U

/* What the guest's kernel has. */
enum {
	HAS_DEVICE	= 1 << 0,
	HAS_TO_SYS	= 1 << 1,	/* the device's numbering of ioctls is that of v5.19 and later */
	HAS_EXCLUSIVE	= 1 << 2,
	HAS_UFFD_WP	= 1 << 3,
	HAS_SOFT_DIRTY	= 1 << 4,
	HAS_KSM		= 1 << 5,
	HAS_THP		= 1 << 6,
	HAS_MTHP	= 1 << 7,
	HAS_CGROUP	= 1 << 8,
	HAS_SWAP	= 1 << 9,
	HAS_COLLAPSE	= 1 << 10,
	HAS_EVICT	= 1 << 11,	/* closing the device's file brings its pages back */
};

/* What a page must hold. A value stands for 4096 bytes, see word(); that of 0 are zeroes. */
struct page {
	uint64_t value;
	uint64_t before;	/* what it held before that: for a report only */
	bool may_be_gone;	/* after MADV_FREE: it, or zeroes */
};

struct region {
	char *addr;
	int slot;
	pthread_rwlock_t where;			/* addr does not change */
	pthread_mutex_t block[BLOCKS];		/* what these pages hold does not change */
	struct page page[REGION_PAGES];
	uint8_t wp_seen[REGION_PAGES];		/* userfaultfd was asked */
};

struct prng {
	uint64_t state;
};

struct thread {
	struct process *process;
	struct slot *slot;
	struct prng rng;
	unsigned int number;
	pthread_t pthread;
	int pipe[2];		/* pages are pinned in it */
	unsigned int pinned;	/* how many */
	pid_t child;
	char *buffer;		/* REGION_SIZE / 2 bytes */
	struct {
		const char *name;
		unsigned int region, page, pages;
		int error;
	} history[HISTORY];
	unsigned int done;
};

struct process {
	unsigned int number, life;
	char *arena;
	bool slot_taken[SLOTS];
	pthread_mutex_t slots;		/* for slot_taken */
	pthread_mutex_t soft_dirty;	/* clear_refs and fork are for the whole process */
	int devices[2];
	int uffd, pagemap;
	struct region region[REGIONS];
	struct thread thread[THREADS];
};

/* Pages that an operation is about. Those of an operation under locks are the thread's own. */
struct range {
	struct region *region;
	unsigned int first, pages;
};

/* Shared by all processes. */
struct slot {
	const char *doing;
	char *at;		/* what it does it to */
	unsigned int pages;
	uint64_t since_ms;
	bool live;
	bool waits;		/* for locks of its process, which are not handed out in turn */
};

struct shared {
	uint64_t operations, refused, migrations, pages, checked, children, written, unnoticed;
	uint64_t lost_bytes, lost_marks, reports, oom_kills, died, ended;
	bool stop;
	struct slot slot[MOST_PROCESSES][THREADS];
};

struct settings {
	unsigned int seconds, processes, hang;
	uint64_t seed;
	bool no_device, clean_writes;
	const char *plant;	/* the fault that the program is to find in itself */
	const char *without[MOST_WITHOUT];
	unsigned int nwithout;
};

extern struct shared *shared;
extern struct settings settings;
extern unsigned int has;

/* report.c */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
uint64_t now_ms(void);
void print_counts(unsigned int hung);

static inline void count(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static inline bool stopped(void)
{
	return __atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

/* args.c */
void arguments(int argc, char **argv);

/* prng.c */
struct prng prng_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);
uint64_t prng_next(struct prng *rng);

/* From 0 to n - 1. */
static inline unsigned int pick(struct prng *rng, unsigned int n)
{
	return (prng_next(rng) >> 33) % n;
}

static inline bool one_in(struct prng *rng, unsigned int n)
{
	return !pick(rng, n);
}

/* content.c */
static inline uint64_t word(uint64_t value, unsigned int i)
{
	return value ? value + i * 0x9e3779b97f4a7c15ULL : 0;
}

static inline char *address(const struct range *r)
{
	return __atomic_load_n(&r->region->addr, __ATOMIC_RELAXED) + r->first * PAGE;
}

static inline unsigned long length(const struct range *r)
{
	return r->pages * PAGE;
}

void content_write(struct thread *t, const struct range *r, unsigned int every, bool common);
void content_fill(void *to, uint64_t value);
void content_check(struct thread *t, const struct range *r, const char *by);
void content_check_copy(struct thread *t, const struct range *r, const char *copy, unsigned int pages,
			const char *by);
void content_set_zero(const struct range *r);
void content_set_freed(const struct range *r);
void content_set(struct page *page, uint64_t value);
void lost_mark(struct thread *t, const struct range *r, unsigned int page, const char *what);

/* device.c */
void device_open(struct process *p);
int device_to_dev(struct thread *t, struct range *r);
int device_to_dev_checked(struct thread *t, struct range *r);
int device_to_sys(struct thread *t, struct range *r);
int device_write(struct thread *t, struct range *r);
int device_read(struct thread *t, struct range *r);
int device_exclusive(struct thread *t, struct range *r);
void device_detect(void);

/* ops.c: operations on pages that the thread has locked, or on any */
struct op {
	const char *name;
	int (*run)(struct thread *t, struct range *r);
	unsigned int weight, needs;
};

extern const struct op locked_ops[], loose_ops[], writer_ops[], child_ops[];
bool op_known(const char *name);
bool op_wanted(const struct op *op);
bool without(const char *name);
int op_advise(struct range *r, int advice);

/* loose.c */
int loose_pin(struct thread *t, struct range *r);
int loose_move(struct thread *t, struct range *r);
int loose_pageout(struct thread *t, struct range *r);
int loose_huge(struct thread *t, struct range *r);
int loose_clear_refs(struct thread *t, struct range *r);
int loose_remote(struct thread *t, struct range *r);
int pin_checked(struct thread *t, struct range *r);

/* child.c */
int child_fork(struct thread *t, struct range *r);
void child_wait(struct thread *t);
int child_run(struct thread *t, struct range *r, void (*what)(struct thread *t, struct range *r));
void child_end_all(struct process *p);

/* marks.c */
int marks_wp(struct thread *t, struct range *r);
int marks_soft_dirty(struct thread *t, struct range *r);
int marks_clear_soft_dirty(void);
void marks_start(struct process *p);
void marks_detect(void);

/* plant.c */
void plant(struct thread *t, const struct range *r);
bool plant_known(const char *name);

/* worker.c */
void worker(unsigned int number, unsigned int life) __attribute__((noreturn));
void run_op(struct thread *t, const struct op *op, struct range *r);
const struct op *pick_op(struct prng *rng, const struct op *ops);
struct range part_of(struct prng *rng, const struct range *r);

/* system.c */
void system_detect(void);
void system_start(void);
void system_cgroup(unsigned int number);
void system_tune(struct prng *rng);
uint64_t system_oom_kills(void);

#endif
