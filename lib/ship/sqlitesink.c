#include "ship/sqlitesink.h"
#include "format/ltsv.h"
#include "ship/shipjson.h"
#include "ship/sqlname.h"
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* what stands in columns of its own, as ?1 and so on; the object is the last */
static const char *const column[] = { "eid", "ts", "ev", "src", "id", "to",
	"tenant" };
enum { COLUMNS = sizeof column / sizeof *column };

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS \"%s\" (eid TEXT NOT NULL PRIMARY KEY, ts TEXT, "
    "ev TEXT, src TEXT, id TEXT, rcpt TEXT, tenant TEXT, event TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS \"%s_ts\" ON \"%s\" (ts);"
    "CREATE INDEX IF NOT EXISTS \"%s_id\" ON \"%s\" (id)";
static const char insert[] =
    "INSERT INTO \"%s\" (eid, ts, ev, src, id, rcpt, tenant, event) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (eid) DO NOTHING";

static int
prepare(struct sqlitesink *s)
{
	char sql[sizeof insert + SQLNAME_MAX];
	sqlite3_stmt *stmt = NULL;
	int r;

	snprintf(sql, sizeof sql, insert, s->table);
	r = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
	s->insert = stmt;
	return r;
}

static int
create(struct sqlitesink *s)
{
	char sql[sizeof schema + 5 * SQLNAME_MAX];

	snprintf(sql, sizeof sql, schema, s->table, s->table, s->table,
	    s->table, s->table);
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

/* a transaction has begun, and events may be put: a result of SQLite */
static int
begin(struct sqlitesink *s)
{
	sqlite3 *db = NULL;
	int r = sqlite3_open_v2(s->path, &db,
	    SQLITE_OPEN_READWRITE | (s->create ? SQLITE_OPEN_CREATE : 0), NULL);

	s->db = db;
	if (r != SQLITE_OK)
		return r;
	sqlite3_extended_result_codes(db, 0);
	sqlite3_busy_timeout(db, s->busy_ms);
	/* safe is what the disk has */
	r = sqlite3_exec(db, "PRAGMA synchronous=FULL; BEGIN IMMEDIATE", NULL,
	    NULL, NULL);
	if (r != SQLITE_OK)
		return r;
	r = prepare(s);
	if (r != SQLITE_ERROR || !s->create)
		return r;
	/* the table is not there */
	r = create(s);
	return r == SQLITE_OK ? prepare(s) : r;
}

/* what is no transaction any more is undone by this, too */
static void
finish(struct sqlitesink *s)
{
	sqlite3_finalize(s->insert);
	sqlite3_close(s->db);
	s->db = s->insert = NULL;
}

static void
bind(sqlite3_stmt *stmt, int i, const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	char value[LTSV_LINE_MAX];
	long n = f == NULL ? -1 : ltsv_value(f, value, sizeof value);

	if (n == -1)
		sqlite3_bind_null(stmt, i);
	else
		sqlite3_bind_text(stmt, i, value, (int)n, SQLITE_TRANSIENT);
}

/* one event: a result of SQLite, SQLITE_DONE when it is there */
static int
put(struct sqlitesink *s, const struct ship_event *ev)
{
	sqlite3_stmt *stmt = s->insert;
	struct ltsv l;
	int i, r;

	buf_clear(&s->json);
	if (shipjson_event(&s->json, ev->line, ev->len, 0) == -1)
		return SQLITE_NOMEM;
	if (ltsv_parse(ev->line, ev->len, &l) == -1)
		l.n = 0;
	for (i = 0; i < COLUMNS; i++)
		bind(stmt, i + 1, &l, column[i]);
	sqlite3_bind_text(stmt, COLUMNS + 1, buf_data(&s->json),
	    (int)buf_len(&s->json), SQLITE_STATIC);
	r = sqlite3_step(stmt);
	sqlite3_reset(stmt);
	return r;
}

/* is it this event that cannot be put, and can others? */
static int
event_at_fault(const struct sqlitesink *s, int r)
{
	return (r == SQLITE_CONSTRAINT || r == SQLITE_MISMATCH ||
		   r == SQLITE_TOOBIG) &&
	    !sqlite3_get_autocommit(s->db);
}

/* all events, and those that were refused behind the K; a result of SQLite */
static int
put_all(struct sqlitesink *s, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	size_t i;
	int r;

	if (shipreceipt_put(receipt, 'K', -1, NULL) == -1)
		return SQLITE_NOMEM;
	for (i = 0; i < n; i++) {
		r = put(s, &ev[i]);
		if (r == SQLITE_DONE)
			continue;
		if (!event_at_fault(s, r))
			return r;
		if (shipreceipt_event(receipt, 'D', i, sqlite3_errmsg(s->db)) ==
		    -1)
			return SQLITE_NOMEM;
	}
	return sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
}

int
sqlitesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct sqlitesink *s = arg;
	int r = begin(s);

	if (r == SQLITE_OK)
		r = put_all(s, ev, n, receipt);
	if (r == SQLITE_NOMEM) {
		finish(s);
		return -1;
	}
	if (r != SQLITE_OK) {
		buf_clear(receipt);
		r = shipreceipt_put(receipt, 'Z', -1, sqlite3_errmsg(s->db));
	}
	finish(s);
	return r == SQLITE_OK ? 0 : -1;
}
