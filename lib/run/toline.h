#ifndef RUN_TOLINE_H
#define RUN_TOLINE_H

#include <stddef.h>
#include <stdint.h>

struct run;

/*
 * The "to" line of a recipient in its message's file, message(5), written in
 * place.  Neighbours are often of one message, so its file stays open until
 * toline_close().  offset: where the line begins in the file.
 *
 * Each returns 0, or -1 with errno, and has said so: memory is right then, and
 * after a crash the file's older state leads to an attempt too early, never to
 * none.
 */
struct toline {
	int fd; /* open for writing; -1: none */
	uint32_t message;
};

/* state, mark, tries, next attempt (seconds since 1970) and reply; NULL: the
 * reply stays */
int toline_write(struct run *, uint32_t rcpt, uint32_t offset, int64_t next,
    const char *reply, size_t n);
/* the mark alone, with the doubt */
int toline_mark(struct run *, uint32_t rcpt, uint32_t offset);
/* the next attempt alone */
int toline_next(struct run *, uint32_t rcpt, uint32_t offset, int64_t next);
/* the reply that stands there, "ESC HOST TEXT", into room for
 * MESSAGE_REPLY_LEN: its length; 0: none, or it cannot be read */
size_t toline_reply(struct run *, const char *id, uint32_t offset, char *out);
/* what was written into the file that is open survives a power cut */
int toline_sync(struct run *);
void toline_close(struct run *);
/* the message's file is about to be removed */
void toline_leave(struct run *, uint32_t message);

#endif
