#ifndef QUEUE_COMMIT_H
#define QUEUE_COMMIT_H

#include "base/durable.h"
#include "queue/name.h"
#include <stdint.h>

/*
 * Shared commit: many files into the queue and one sync for all of them.
 * doc/QUEUE.md has the argument why nothing that commit_sync() has
 * confirmed can be lost.
 *
 *   commit_start   a file without a name (or in QUEUE/tmp)
 *   (write to file.fd)
 *   commit_name    what its id will be
 *   (the id's part of the checksum)
 *   commit_link    its name in mess/DD; it joins the batch
 *   commit_sync    one sync for the batch; now it is safe, or gone
 *
 * All files of a batch stand in one directory, and some batches follow it
 * there before the next directory has its turn: fewer blocks to write.
 */
enum {
	/* so many files, then the next directory: what is made and what is
	 * removed meanwhile then share the blocks that are written */
	COMMIT_DIR_FILES = 256,
	COMMIT_FILES_MAX = 1024, /* files in a batch */
	COMMIT_KEPT_MAX = 200,   /* the same where each is synced by itself */
	COMMIT_RESERVE_BYTES = 64 << 20, /* kept free for the rest of us */
	COMMIT_RESERVE_INODES = 1000,
	COMMIT_RESERVE_MS = 1000 /* how long an answer of fstatvfs holds */
};

enum commit_method {
	COMMIT_TRY,   /* O_TMPFILE where it works and is trusted, else rename */
	COMMIT_LINK,  /* O_TMPFILE, linkat, sync */
	COMMIT_RENAME /* QUEUE/tmp, fsync, rename, fsync of the directory */
};

struct commit_file {
	int fd;                /* -1: none */
	char id[NAME_LEN + 1]; /* while in QUEUE/tmp: its name there */
};

struct commit {
	enum commit_method method;
	int root, tmp, mess[NAME_DIRS]; /* directories; -1 not yet open */
	unsigned dir;                   /* of this batch */
	unsigned in_dir;                /* files put there, in batches */
	struct commit_file batch[COMMIT_FILES_MAX];
	unsigned n, kept; /* files in the batch; of these with fd open */
	uint64_t injector;
	int64_t last_us;
	uint64_t reserve_bytes, reserve_inodes;
	int64_t reserve_at_ms; /* when free_* were true; 0: never */
	uint64_t free_bytes, free_inodes;
	/* what is to be done when all files of a batch are safe in QUEUE/tmp,
	 * and none has its name: for who must write down what they are going to
	 * be called.  0, or -1 with errno.  From then on no file of the batch is
	 * removed, whatever fails: it stays there, or in mess.  NULL: nothing.
	 * Only with COMMIT_RENAME */
	int (*between)(void *arg);
	void *between_arg;
	struct durable durable;
	unsigned link_by_proc : 1, no_inodes : 1, synced : 1, told : 1;
};

/*
 * commit_open - begin to write into a queue
 *
 * queue  its directory.  Returns 0, or -1 with errno.  The reserves are
 * set to the defaults above and may be changed afterwards.
 */
int commit_open(struct commit *, const char *queue, enum commit_method);
/*
 * is there room for a file of this size above the reserve?  1, or 0: disk
 * nearly full.  Asks the file system once in COMMIT_RESERVE_MS and counts
 * on its own in between.
 */
int commit_room(struct commit *, uint64_t bytes);
/* 0 and f->fd open for writing, or -1 with errno and nothing to undo */
int commit_start(struct commit *, struct commit_file *f);
/*
 * commit_name - f->id becomes the id of the file
 *
 * It must come into the queue with this batch.  0, or -1 with errno and f is
 * gone.
 */
int commit_name(struct commit *, struct commit_file *f);
/*
 * commit_name_as - the same, of a message that came at another time
 *
 * us  microseconds since 1970.  Only with COMMIT_RENAME.
 */
int commit_name_as(struct commit *, struct commit_file *f, int64_t us);
/* a file that was left in QUEUE/tmp gets its name now, durably: 1; 0: there is
 * none of that id; -1 with errno */
int commit_late(struct commit *, const char *id);
/*
 * commit_link - what is in f->fd is complete
 *
 * After commit_name(); the batch must not be full.  0: f->id is in the
 * queue, f->fd now belongs to the batch.  -1 with errno: f is gone.
 */
int commit_link(struct commit *, struct commit_file *f);
/* 1 when no more files go into this batch: time for commit_sync(); else 0 */
int commit_full(const struct commit *);
/* give up a file that was started and not linked */
void commit_drop(struct commit *, struct commit_file *f);
/*
 * commit_sync - make the batch durable; it is empty afterwards
 *
 * 0: every file of it survives a power cut, name and all.  -1 with errno:
 * none is in the queue.
 */
int commit_sync(struct commit *);
/* the batch is not to be: none of it is in the queue, and it is empty; errno
 * stays */
void commit_cancel(struct commit *);
void commit_close(struct commit *);

#endif
