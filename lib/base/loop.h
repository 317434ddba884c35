#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdint.h>
#include <ev.h>

/*
 * The event loop: one libev loop behind the few calls that are used
 * here.  Nothing else includes ev.h.  The structures belong to the caller
 * and must stay where they are while started.
 */
enum { LOOP_READ = EV_READ, LOOP_WRITE = EV_WRITE };

struct loop_io {
	ev_io io;
	void (*ready)(void *arg, int events);
	void *arg;
};

struct loop_timer {
	ev_timer timer;
	void (*expired)(void *arg);
	void *arg;
};

struct loop_hook {
	ev_prepare prepare;
	void (*before)(void *arg);
	void *arg;
};

struct loop_signal {
	int sig;
	void (*caught)(void *arg);
	void *arg;
	struct loop_signal *next; /* the rest is of loop.c */
};

/* call ready(arg, events) whenever fd is; events 0 waits for nothing yet */
void loop_io_start(struct loop_io *, int fd, int events,
    void (*ready)(void *, int), void *arg);
void loop_io_want(struct loop_io *, int events);
void loop_io_stop(struct loop_io *);

/* once, ms from now; set again before or after it came: the new time holds */
void loop_timer_set(struct loop_timer *, int64_t ms, void (*expired)(void *),
    void *arg);
void loop_timer_stop(struct loop_timer *);
/* 1 from loop_timer_set() on until it has expired or was stopped, else 0 */
static inline int
loop_timer_active(const struct loop_timer *t)
{
	return ev_is_active(&t->timer);
}

/* each time before the loop waits: the place to write what has gathered */
void loop_hook_start(struct loop_hook *, void (*before)(void *), void *arg);
/* the same before all of those: the place to do what gathers more */
void loop_hook_first(struct loop_hook *, void (*before)(void *), void *arg);

/* 1: there is something to do before the loop may end; 0: it is done */
void loop_keep(int on);

/* one that is caught is told, even where the call fails that is to wake the
 * loop; it is no reason to go on */
void loop_signal_start(struct loop_signal *, int sig, void (*caught)(void *),
    void *arg);

/* until loop_stop(), or until nothing is left to wait for */
void loop_run(void);
void loop_stop(void);

#endif
