#ifndef RUN_LOAD_H
#define RUN_LOAD_H

#include <stdint.h>

struct run;

/* One message file into the index. */
struct load {
	void *reserve; /* of memory; NULL: in use, or never to be had */
	/* since the scan began: a file could not be read; one was left out, or
	 * not looked at; and another scan is wanted soon */
	unsigned bad : 1, again : 1, soon : 1;
};

void load_start(struct run *);
/* a file that is there, or not any more; room: also above -m */
void load_message(struct run *, const char *id, int room);
/*
 * load_now - before the first scan, though there may be no room
 *
 * Its number, or SCHEDULE_NONE with errno, ENOENT: there is no such file.
 */
uint32_t load_now(struct run *, const char *id);

#endif
