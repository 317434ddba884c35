#ifndef ACCOUNT_ACCOUNTDB_H
#define ACCOUNT_ACCOUNTDB_H

#include "base/slice.h"
#include <stdint.h>

/*
 * INSTANCE/account/db: organisations, users and keys, in SQLite.  Readers and one
 * writer at a time, in any number of processes; what was changed is on the disk
 * before it is said (WAL, synchronous=FULL), and a process that dies in the middle
 * of a change has changed nothing.  The only file of this room that includes
 * sqlite3.h.
 *
 * Its form has a number.  A file of a later one is refused, and so is what is
 * damaged, is not ours, or may be read by others.
 */
enum {
	ACCOUNTDB_VERSION = 1,
	ACCOUNTDB_STATEMENTS = 48, /* prepared at once */
	ACCOUNTDB_BUSY_MS = 2000,  /* until another writer is done */
	ACCOUNTDB_FAULT_ROOM = 200
};

/* how a statement, or a change of several, ended */
enum accountdb_result {
	ACCOUNTDB_OK,
	ACCOUNTDB_TAKEN, /* there is one of this name */
	ACCOUNTDB_BUSY,  /* another one writes, for too long */
	ACCOUNTDB_FAILED /* fault says why */
};

/* all zero before accountdb_open() */
struct accountdb {
	void *db;
	struct {
		const char *sql; /* by where it stands */
		void *stmt;
	} kept[ACCOUNTDB_STATEMENTS];
	void *now; /* the one that is used */
	int bound; /* how many of its places are filled */
	int looks; /* 1: all of the file is looked through when it is opened */
	enum accountdb_result result; /* of the last that failed */
	char fault[ACCOUNTDB_FAULT_ROOM];
};

/* open it, or make it; 0, or -1 with fault */
int accountdb_open(struct accountdb *, const char *path);
void accountdb_close(struct accountdb *);

/* a change begins, ends, or is undone; 0, or -1 with result and fault, and then
 * nothing is changed.  safe 0: a power cut may lose it */
int accountdb_begin(struct accountdb *, int safe);
int accountdb_commit(struct accountdb *);
void accountdb_undo(struct accountdb *);

/*
 * A statement: accountdb_use(), its places in their order, then steps.  sql is kept
 * by its address.  What text() returns is valid until the next step.
 */
void accountdb_use(struct accountdb *, const char *sql);
void accountdb_put(struct accountdb *, struct slice);
void accountdb_puts(struct accountdb *, const char *);
void accountdb_putnum(struct accountdb *, int64_t);
void accountdb_putnull(struct accountdb *);
/* 1: a row; 0: no more; -1 with result and fault */
int accountdb_step(struct accountdb *);
/* no more of its rows are wanted */
void accountdb_end(struct accountdb *);
/* one that has no rows: 0, or -1 */
int accountdb_run(struct accountdb *);
struct slice accountdb_text(struct accountdb *, int column);
/* the same into out, cut where it has no room, which what was checked has */
void accountdb_copy(struct accountdb *, int column, char *out, size_t cap);
int64_t accountdb_num(struct accountdb *, int column);
int accountdb_is_null(struct accountdb *, int column);
/* how many rows the last one changed; which row it made */
int accountdb_changed(struct accountdb *);
int64_t accountdb_made(struct accountdb *);

#endif
