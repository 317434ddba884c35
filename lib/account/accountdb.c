#include "account/accountdb.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION = 0x726f6872 }; /* "rohr" */

/* names are the same whatever the case of their letters; roles, scopes and lists
 * stand as account-socket(5) has them */
static const char schema[] =
    "CREATE TABLE org (id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL COLLATE NOCASE UNIQUE, tenant TEXT NOT NULL,"
    " senders TEXT NOT NULL, suspended INTEGER NOT NULL,"
    " made INTEGER NOT NULL) STRICT;"
    "CREATE TABLE user (id INTEGER PRIMARY KEY,"
    " org INTEGER NOT NULL REFERENCES org ON DELETE CASCADE,"
    " name TEXT NOT NULL COLLATE NOCASE, role TEXT NOT NULL,"
    " hash TEXT NOT NULL, disabled INTEGER NOT NULL,"
    " made INTEGER NOT NULL, UNIQUE (org, name)) STRICT;"
    "CREATE INDEX user_name ON user (name);"
    "CREATE TABLE key (id TEXT PRIMARY KEY NOT NULL,"
    " org INTEGER NOT NULL REFERENCES org ON DELETE CASCADE,"
    " user INTEGER REFERENCES user ON DELETE SET NULL,"
    " by TEXT NOT NULL, role TEXT NOT NULL, scopes TEXT NOT NULL,"
    " senders TEXT NOT NULL, clients TEXT NOT NULL, expires INTEGER,"
    " rate INTEGER, hash TEXT NOT NULL, made INTEGER NOT NULL,"
    " used INTEGER, revoked INTEGER) STRICT;"
    "CREATE INDEX key_org ON key (org, id);"
    "CREATE INDEX key_user ON key (user);"
    "PRAGMA application_id=1919903858;"
    "PRAGMA user_version=1";

static int
fault(struct accountdb *d, const char *text)
{
	snprintf(d->fault, sizeof d->fault, "%s", text);
	d->result = ACCOUNTDB_FAILED;
	return -1;
}

/* what SQLite says; -1 */
static int
failed(struct accountdb *d, int r)
{
	fault(d, sqlite3_errmsg(d->db));
	if ((r & 0xff) == SQLITE_BUSY)
		d->result = ACCOUNTDB_BUSY;
	else if (r == SQLITE_CONSTRAINT_UNIQUE ||
	    r == SQLITE_CONSTRAINT_PRIMARYKEY)
		d->result = ACCOUNTDB_TAKEN;
	return -1;
}

static int
run(struct accountdb *d, const char *sql)
{
	int r = sqlite3_exec(d->db, sql, NULL, NULL, NULL);

	return r == SQLITE_OK ? 0 : failed(d, r);
}

/* the one number that a statement has; 0, or -1 */
static int
number(struct accountdb *d, const char *sql, int64_t *out)
{
	sqlite3_stmt *s = NULL;
	int r = sqlite3_prepare_v2(d->db, sql, -1, &s, NULL);

	*out = 0;
	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	if (r == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return r == SQLITE_ROW ? 0 : failed(d, r);
}

/* what has been there, or what another one has made meanwhile; 0, or -1 */
static int
check_form(struct accountdb *d)
{
	int64_t application, version, tables;
	char t[80];

	if (number(d, "PRAGMA application_id", &application) == -1 ||
	    number(d, "PRAGMA user_version", &version) == -1 ||
	    number(d, "SELECT count(*) FROM sqlite_schema", &tables) == -1)
		return -1;
	if (application == 0 && version == 0 && tables == 0)
		return run(d, schema);
	if (application != APPLICATION || version < 1)
		return fault(d, "it is another program's");
	if (version > ACCOUNTDB_VERSION) {
		snprintf(t, sizeof t,
		    "it is of a later version: its form is %" PRId64
		    ", and %d is known here",
		    version, ACCOUNTDB_VERSION);
		return fault(d, t);
	}
	return 0;
}

/* SQLite says in which database before it says what */
static void
tell_damage(struct accountdb *d, const char *text)
{
	const char *line = text == NULL ? NULL : strrchr(text, '\n');

	snprintf(d->fault, sizeof d->fault, "it is damaged: %s",
	    text == NULL       ? "out of memory"
		: line == NULL ? text
			       : line + 1);
	d->result = ACCOUNTDB_FAILED;
}

static int
look_through(struct accountdb *d)
{
	sqlite3_stmt *s = NULL;
	int r =
	    sqlite3_prepare_v2(d->db, "PRAGMA quick_check(1)", -1, &s, NULL);
	const char *text;

	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	if (r != SQLITE_ROW) {
		sqlite3_finalize(s);
		return failed(d, r);
	}
	text = (const char *)sqlite3_column_text(s, 0);
	r = text != NULL && strcmp(text, "ok") == 0 ? 0 : -1;
	if (r == -1)
		tell_damage(d, text);
	sqlite3_finalize(s);
	return r;
}

/* it is there, and nobody else's to read: what stands beside it will have its
 * rights */
static int
make_file(struct accountdb *d, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat st;

	if (fd == -1)
		return fault(d, strerror(errno));
	if (fstat(fd, &st) == -1) {
		fd_fail(fd);
		return fault(d, strerror(errno));
	}
	close(fd);
	if (st.st_mode & 077)
		return fault(d, "others may read it: chmod it to 0600");
	return 0;
}

static int
begin_with(struct accountdb *d)
{
	if (run(d,
		"PRAGMA trusted_schema=OFF;"
		"PRAGMA cell_size_check=ON;"
		"PRAGMA foreign_keys=ON;"
		"PRAGMA journal_mode=WAL") == -1 ||
	    accountdb_begin(d, 1) == -1)
		return -1;
	if (check_form(d) == -1) {
		accountdb_undo(d);
		return -1;
	}
	if (accountdb_commit(d) == -1)
		return -1;
	return d->looks ? look_through(d) : 0;
}

int
accountdb_open(struct accountdb *d, const char *path)
{
	sqlite3 *db = NULL;
	int r;

	if (make_file(d, path) == -1)
		return -1;
	r = sqlite3_open_v2(path, &db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX,
	    NULL);
	d->db = db;
	if (r == SQLITE_OK) {
		sqlite3_extended_result_codes(db, 1);
		sqlite3_busy_timeout(db, ACCOUNTDB_BUSY_MS);
		r = begin_with(d);
	} else {
		failed(d, r);
	}
	if (r == 0)
		return 0;
	accountdb_close(d);
	return -1;
}

void
accountdb_close(struct accountdb *d)
{
	int i;

	for (i = 0; i < ACCOUNTDB_STATEMENTS; i++) {
		sqlite3_finalize(d->kept[i].stmt);
		d->kept[i].stmt = NULL;
		d->kept[i].sql = NULL;
	}
	sqlite3_close(d->db);
	d->db = d->now = NULL;
}

/* changes */

int
accountdb_begin(struct accountdb *d, int safe)
{
	if (run(d,
		safe ? "PRAGMA synchronous=FULL"
		     : "PRAGMA synchronous=NORMAL") == -1)
		return -1;
	return run(d, "BEGIN IMMEDIATE");
}

int
accountdb_commit(struct accountdb *d)
{
	accountdb_end(d);
	if (run(d, "COMMIT") == 0)
		return 0;
	accountdb_undo(d);
	return -1;
}

void
accountdb_undo(struct accountdb *d)
{
	accountdb_end(d);
	if (!sqlite3_get_autocommit(d->db))
		sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
}

/* statements */

/* those that were made stay: there are as many as their texts */
static int
prepare(struct accountdb *d, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int i, r;

	for (i = 0; i < ACCOUNTDB_STATEMENTS - 1 && d->kept[i].sql != NULL; i++)
		if (d->kept[i].sql == sql)
			break;
	if (d->kept[i].sql == sql)
		return i;
	r = sqlite3_prepare_v3(d->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s,
	    NULL);
	if (r != SQLITE_OK)
		return failed(d, r);
	sqlite3_finalize(d->kept[i].stmt);
	d->kept[i].stmt = s;
	d->kept[i].sql = sql;
	return i;
}

void
accountdb_use(struct accountdb *d, const char *sql)
{
	int i;

	accountdb_end(d);
	i = prepare(d, sql);
	d->now = i == -1 ? NULL : d->kept[i].stmt;
	d->bound = 0;
}

/* a place that is not there does nothing, and the step fails */
void
accountdb_put(struct accountdb *d, struct slice s)
{
	if (d->now != NULL)
		sqlite3_bind_text(d->now, ++d->bound, s.n == 0 ? "" : s.p,
		    (int)s.n, SQLITE_TRANSIENT);
}

void
accountdb_puts(struct accountdb *d, const char *s)
{
	accountdb_put(d, (struct slice){ s, strlen(s) });
}

void
accountdb_putnum(struct accountdb *d, int64_t u)
{
	if (d->now != NULL)
		sqlite3_bind_int64(d->now, ++d->bound, u);
}

void
accountdb_putnull(struct accountdb *d)
{
	if (d->now != NULL)
		sqlite3_bind_null(d->now, ++d->bound);
}

int
accountdb_step(struct accountdb *d)
{
	int r;

	if (d->now == NULL)
		return -1;
	r = sqlite3_step(d->now);
	if (r == SQLITE_ROW)
		return 1;
	if (r != SQLITE_DONE)
		failed(d, r);
	accountdb_end(d);
	return r == SQLITE_DONE ? 0 : -1;
}

void
accountdb_end(struct accountdb *d)
{
	if (d->now == NULL)
		return;
	sqlite3_reset(d->now);
	sqlite3_clear_bindings(d->now);
	d->now = NULL;
}

int
accountdb_run(struct accountdb *d)
{
	int r = accountdb_step(d);

	accountdb_end(d);
	return r == 0 ? 0 : -1;
}

struct slice
accountdb_text(struct accountdb *d, int column)
{
	const char *p = (const char *)sqlite3_column_text(d->now, column);

	if (p == NULL)
		return (struct slice){ "", 0 };
	return (struct slice){ p,
		(size_t)sqlite3_column_bytes(d->now, column) };
}

void
accountdb_copy(struct accountdb *d, int column, char *out, size_t cap)
{
	struct slice s = accountdb_text(d, column);

	snprintf(out, cap, "%.*s", (int)s.n, s.p);
}

int64_t
accountdb_num(struct accountdb *d, int column)
{
	return sqlite3_column_int64(d->now, column);
}

int
accountdb_is_null(struct accountdb *d, int column)
{
	return sqlite3_column_type(d->now, column) == SQLITE_NULL;
}

int
accountdb_changed(struct accountdb *d)
{
	return sqlite3_changes(d->db);
}

int64_t
accountdb_made(struct accountdb *d)
{
	return sqlite3_last_insert_rowid(d->db);
}
