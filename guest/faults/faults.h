/* SPDX-License-Identifier: GPL-2.0 */
/* Has each memory allocation of a migration fail once, and looks whether anything is lost or left behind. */
#ifndef LAB_FAULTS_H
#define LAB_FAULTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE		4096UL
#define HUGE_PAGE	(2UL << 20)
#define SMALL_PAGES	48U		/* enough for more than one of whatever is allocated for several */

/* What an operation is done to: private memory with known content. */
struct scene {
	char *addr;		/* a multiple of a huge page */
	unsigned int pages;
	bool huge;
	int device, other;	/* two mirrors of this process */
	pid_t child;		/* who shares it, or 0 */
	unsigned int gone;	/* so many pages from "hole" on are unmapped, or discarded */
	char *hole;
};

struct operation {
	const char *name;
	int (*before)(struct scene *s);	/* no allocation fails yet; may be NULL */
	int (*run)(struct scene *s);	/* 0 or an errno */
	unsigned int needs;		/* of HAS_* */
	bool empty;			/* memory that nobody has touched: zeroes */
	bool vmalloc;			/* see inject_small() */
};

enum {
	ALWAYS		= 0,
	HAS_TO_SYS	= 1 << 0,	/* HMM_DMIRROR_MIGRATE_TO_SYS, and numbers behind it as in v5.19 and later */
	HAS_HUGE	= 1 << 1,	/* the device takes huge pages whole: partly unmapped ones are split there */
	HAS_RELEASE	= 1 << 2,	/* HMM_DMIRROR_RELEASE gives the device's memory back */
};

extern const struct operation operations[];

/* device.c */
unsigned int device_detect(void);
int device_open(void);
int device_to_dev(int fd, char *addr, unsigned int pages);
int device_to_sys(int fd, char *addr, unsigned int pages);
int device_read(int fd, char *addr, unsigned int pages);
int device_write_same(int fd, char *addr, unsigned int pages);
int device_exclusive(int fd, char *addr, unsigned int pages);
int device_release(void);

/* inject.c */
void inject_start(void);
void inject_small(bool small);
void inject_nth(unsigned int n);
void inject_percent(unsigned int percent);
bool inject_stop(void);
void inject_stop_in_child(void);

/* leaks.c */
void leaks_before(void);
unsigned long leaks_after(void);

/* main.c */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
bool write_file(const char *path, const char *text);
char content(unsigned int page);

#endif
