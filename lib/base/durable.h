#ifndef BASE_DURABLE_H
#define BASE_DURABLE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * What makes files survive a power cut on the file system where they stand.
 * The one place that decides it, for the queue, Maildirs and whoever else
 * says that something is safe; doc/QUEUE.md has the table and the reasons.
 * A file system that is not in the table gets an fsync of every file and of
 * every folder, and nothing is taken on trust.
 */
struct durable {
	/* fsync of a new file makes its name durable too, also the first
	 * name of a file that had none */
	unsigned names : 1;
	/* syncfs makes everything durable, and says when it did not */
	unsigned all : 1;
	/* ... after one more fsync of anything: it empties the disk's cache */
	unsigned flush : 1;
	/* ext4: names is not known before durable_probe(), and 0 */
	unsigned unknown : 1;
	/* private: which file system this was said of */
	dev_t dev;
	long type;
	uint64_t id;
};

/* what there is to know of a file system; -1: it could not be learned */
struct durable_facts {
	long type;        /* f_type of statfs */
	int syncfs_tells; /* syncfs returns write errors (Linux 5.8) */
	int journal;      /* ext4: it has one */
	int fast_commit;  /* ext4: and commits short cuts to it, or may */
};

/* the table itself: names, all, flush and unknown, from the facts alone */
struct durable durable_judge(const struct durable_facts *);
/*
 * durable_ask - find out what holds where a folder stands
 *
 * fd  the folder; O_PATH will do.  Reads only, and never fails: what cannot be learned is
 * not trusted.
 */
struct durable durable_ask(int fd);
/* what is unknown, found out: writes a file without name there and syncs it,
 * three times.  Afterwards nothing is unknown */
void durable_probe(struct durable *, int fd);

/* file systems that have been asked; all zero: none */
enum { DURABLE_KNOWN = 8 };
struct durable_known {
	struct durable of[DURABLE_KNOWN];
	unsigned n, next;
};
/* durable_ask(), but each file system only once while it stays mounted; dev
 * is that of the folder fd.  Costs one fstatfs. */
struct durable durable_find(struct durable_known *, int fd, dev_t dev);

/* files, from which on one sync of everything is cheaper than theirs */
enum { DURABLE_ALL_FROM = 4 };
/* everything on the file system of this folder, or file; only where all is
 * set.  0, or -1 with errno */
int durable_sync_all(const struct durable *, int fd);
/* a folder, by its path from at; 0, or -1 with errno */
int durable_folder(int at, const char *dir);
/* the same for the folder in which path stands */
int durable_folder_of(const char *path);

#endif
