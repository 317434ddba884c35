#ifndef SENDMAIL_DROP_H
#define SENDMAIL_DROP_H

#include "base/buf.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * The drop of an instance: where sendmail leaves a parcel that no service
 * takes now, and where drop-take(8) finds it.
 *
 *   DROP/new/.RANDOM       being written
 *   DROP/new/TIME.RANDOM   whole and durable; nobody changes it any more
 *   DROP/bad/TIME.RANDOM   set aside: it could not be handed in
 *
 * new may be writable for everybody (and readable for nobody), with the
 * sticky bit: then its files belong to strangers, and nothing in them or
 * about them is to be believed but their owner.
 */
enum {
	DROP_NAME_MAX = 48,
	DROP_RANDOM_LEN = 24, /* hex digits */
	/* kept free for others, above what the queue keeps free */
	DROP_RESERVE_BYTES = 128 << 20,
	DROP_RESERVE_INODES = 2000,
	DROP_SIZE_MAX = 1 << 30, /* bytes of a file */
	DROP_STALE_S = 86400,    /* what is being written, without end */
	DROP_READ = 65536        /* bytes at a time */
};

/* who leaves something */

struct drop_file {
	int dir; /* DROP/new */
	int fd;  /* to be written to, from its beginning */
	char name[DROP_NAME_MAX];
};

/* bytes: about as many as will be written.  0, or -1 with errno; ENOSPC also
 * when there is less than the reserve, EFBIG above DROP_SIZE_MAX, EOPNOTSUPP where
 * we may not read the folder and its file system is not known to keep a name
 * without a sync of it */
int drop_start(struct drop_file *, const char *drop, uint64_t bytes);
/* 0: it is there and survives a power cut; -1 with errno: it is not */
int drop_commit(struct drop_file *);
void drop_cancel(struct drop_file *);

/* who takes it up */

enum drop_kind {
	DROP_READY,
	DROP_WRITING, /* a name of one that is being written */
	DROP_OTHER
};
enum drop_kind drop_kind(const char *name);

struct drop_parcel {
	uid_t uid;         /* the owner of the file, */
	int own;           /* known, as it is a file and has one name only */
	struct buf env;    /* envelope lines that a user may say, and who
			    * says them */
	struct buf text;   /* the message, or its beginning */
	int fd;            /* -1, or a copy of the rest, from its beginning */
	uint64_t filed;    /* bytes in it */
	const char *fault; /* why it is none */
};

enum drop_result {
	DROP_OK,
	DROP_FAULT,  /* it never will be one: fault says why */
	DROP_TROUBLE /* errno: it could not be read, or copied */
};

/*
 * drop_read - a parcel out of a file that a stranger has written
 *
 * tmp  for the copy of a large one: the stranger may still write to his.
 * The structure is all zero but for fd, -1; drop_free() in any case.
 */
enum drop_result drop_read(struct drop_parcel *, int dir, const char *name,
    const char *tmp);
void drop_free(struct drop_parcel *);

#endif
