#include "ship/pgsqlsink.h"
#include "base/clock.h"
#include "ship/shipjson.h"
#include "ship/shipwait.h"
#include "ship/sqlname.h"
#include <errno.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <string.h>

enum {
	TABLE_ROOM = 2 * SQLNAME_MAX + 6, /* "SCHEMA"."TABLE" and a NUL */
	SQL_ROOM = 1024
};

static const char insert[] =
    "INSERT INTO %s (eid, ts, ev, src, id, rcpt, tenant, event) "
    "SELECT e->>'eid', (e->>'ts')::timestamptz, e->>'ev', e->>'src', "
    "e->>'id', e->>'to', e->>'tenant', e "
    "FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS a (e, n) "
    "ORDER BY n ON CONFLICT (eid) DO NOTHING";

/* "SCHEMA"."TABLE": no letter is made a small one */
static void
quote(const char *name, char out[TABLE_ROOM])
{
	size_t schema;
	const char *table = sqlname_split(name, &schema);

	if (schema > 0)
		snprintf(out, TABLE_ROOM, "\"%.*s\".\"%s\"", (int)schema, name,
		    table);
	else
		snprintf(out, TABLE_ROOM, "\"%s\"", name);
}

int
pgsqlsink_schema(const char *name, struct buf *out)
{
	char full[TABLE_ROOM];
	size_t schema;
	const char *table = sqlname_split(name, &schema);

	quote(name, full);
	return buf_printf(out,
	    "CREATE TABLE IF NOT EXISTS %s (\n"
	    "\teid text PRIMARY KEY,\n"
	    "\tts timestamptz,\n"
	    "\tev text,\n"
	    "\tsrc text,\n"
	    "\tid text,\n"
	    "\trcpt text,\n"
	    "\ttenant text,\n"
	    "\tevent jsonb NOT NULL\n"
	    ");\n"
	    "CREATE INDEX IF NOT EXISTS \"%.59s_ts\" ON %s (ts);\n"
	    "CREATE INDEX IF NOT EXISTS \"%.59s_id\" ON %s (id);\n",
	    full, table, full, table, full);
}

/* words that go into the receipt, of one line */
static int
fault(struct pgsqlsink *s, const char *text)
{
	size_t n = strcspn(text, "\n");

	if (n >= sizeof s->why)
		n = sizeof s->why - 1;
	memcpy(s->why, text, n);
	s->why[n] = '\0';
	s->state[0] = '\0';
	return -1;
}

static int
lost(struct pgsqlsink *s)
{
	const char *text = PQerrorMessage(s->conn);

	return fault(s, text[0] == '\0' ? "no connection" : text);
}

/* what the server says of a statement: 0, or -1 with words and SQLSTATE */
static int
judge(struct pgsqlsink *s, const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);
	const char *text, *state;

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return 0;
	text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	fault(s, text == NULL ? PQresultErrorMessage(r) : text);
	snprintf(s->state, sizeof s->state, "%s", state == NULL ? "" : state);
	return -1;
}

/* until the connection has an answer to what was sent */
static int
await(struct pgsqlsink *s, int64_t until_ms)
{
	int left, events;

	for (;;) {
		left = PQflush(s->conn);
		if (left == -1)
			return lost(s);
		if (left == 0 && !PQisBusy(s->conn))
			return 0;
		events = POLLIN | (left == 1 ? POLLOUT : 0);
		if (shipwait(PQsocket(s->conn), events, until_ms) == -1)
			return fault(s, "the server does not answer");
		if (PQconsumeInput(s->conn) != 1)
			return lost(s);
	}
}

/* the answers to what was sent: 0, or -1 with words */
static int
hear(struct pgsqlsink *s, int64_t until_ms)
{
	PGresult *r;
	int bad = 0;

	for (;;) {
		if (await(s, until_ms) == -1) {
			PQfinish(s->conn);
			s->conn = NULL;
			return -1;
		}
		r = PQgetResult(s->conn);
		if (r == NULL)
			break;
		/* the first one says why */
		if (bad == 0)
			bad = judge(s, r);
		PQclear(r);
	}
	return bad;
}

/* statements without an argument */
static int
run(struct pgsqlsink *s, const char *sql, int64_t until_ms)
{
	if (PQsendQuery(s->conn, sql) != 1)
		return lost(s);
	return hear(s, until_ms);
}

static int
run_insert(struct pgsqlsink *s, int64_t until_ms)
{
	const char *value[1] = { buf_data(&s->json) };
	char sql[SQL_ROOM], table[TABLE_ROOM];

	quote(s->table, table);
	snprintf(sql, sizeof sql, insert, table);
	if (PQsendQueryParams(s->conn, sql, 1, NULL, value, NULL, NULL, 0) != 1)
		return lost(s);
	return hear(s, until_ms);
}

/* ---- the connection ---- */

static void
start(struct pgsqlsink *s)
{
	static const char *const key[] = { "dbname", "user", "password",
		"sslrootcert", "sslmode", "sslcert", "sslkey",
		"client_encoding", "application_name", NULL };
	const char *value[] = { s->url, s->user, s->password, s->ca_file,
		s->ca_file == NULL ? NULL : "verify-full", s->cert_file,
		s->key_file, "UTF8", "rohrpost", NULL };

	/* what is NULL is as if it were not there; what comes later, before
	 * the URL's */
	s->conn = PQconnectStartParams(key, value, 1);
}

static int
shake_hands(struct pgsqlsink *s, int64_t until_ms)
{
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;

	while (want != PGRES_POLLING_OK) {
		if (want == PGRES_POLLING_FAILED ||
		    PQstatus(s->conn) == CONNECTION_BAD)
			return lost(s);
		if (shipwait(PQsocket(s->conn),
			want == PGRES_POLLING_READING ? POLLIN : POLLOUT,
			until_ms) == -1)
			return fault(s, "the server does not answer");
		want = PQconnectPoll(s->conn);
	}
	return PQsetnonblocking(s->conn, 1) == 0 ? 0 : lost(s);
}

static void
hang_up(struct pgsqlsink *s)
{
	if (s->conn != NULL)
		PQfinish(s->conn);
	s->conn = NULL;
}

/* notices are for people at a terminal */
static void
no_notice(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

/* there is a connection: 0, or -1 with words */
static int
connected(struct pgsqlsink *s)
{
	int64_t until_ms = clock_mono_ms() + s->connect_ms;

	/* one that the server has closed meanwhile shows so */
	if (s->conn != NULL && PQconsumeInput(s->conn) == 1 &&
	    PQstatus(s->conn) == CONNECTION_OK)
		return 0;
	hang_up(s);
	start(s);
	if (s->conn == NULL)
		return fault(s, strerror(ENOMEM));
	if (shake_hands(s, until_ms) == -1) {
		hang_up(s);
		return -1;
	}
	PQsetNoticeProcessor(s->conn, no_notice, NULL);
	return 0;
}

/* ---- events ---- */

/* jsonb has no U+0000: it becomes U+FFFD, as what is no text does.  An escape
 * behind an even number of backslashes is one */
static void
no_nul(char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 5 < n; i++) {
		if (p[i] != '\\')
			continue;
		if (memcmp(p + i, "\\u0000", 6) == 0)
			memcpy(p + i + 2, "fffd", 4);
		i++;
	}
}

/* a JSON list of events, NUL behind it */
static int
put_events(struct pgsqlsink *s, const struct ship_event *ev, size_t n)
{
	size_t i;

	buf_clear(&s->json);
	for (i = 0; i < n; i++)
		if (buf_putc(&s->json, i == 0 ? '[' : ',') == -1 ||
		    shipjson_event(&s->json, ev[i].line, ev[i].len, 0) == -1)
			return -1;
	if (buf_put(&s->json, "]", 2) == -1)
		return -1;
	no_nul(buf_data(&s->json), buf_len(&s->json));
	return 0;
}

/* is what was sent at fault, and would something else be taken?  Data that will
 * not do (22), constraints (23), too much for a row (54), and what the site's
 * own triggers raise (P0) */
static int
event_at_fault(const struct pgsqlsink *s)
{
	static const char *const classes[] = { "22", "23", "54", "P0" };
	size_t i;

	for (i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strncmp(s->state, classes[i], 2) == 0)
			return 1;
	return 0;
}

/* one event in a transaction: 0; -1 with words, nothing can go on; 1, the
 * receipt has it */
static int
insert_one(struct pgsqlsink *s, const struct ship_event *ev, size_t i,
    int64_t until_ms, struct buf *receipt)
{
	if (put_events(s, ev, 1) == -1)
		return fault(s, strerror(ENOMEM));
	if (run(s, "SAVEPOINT e", until_ms) == -1)
		return -1;
	if (run_insert(s, until_ms) == 0)
		return run(s, "RELEASE e", until_ms);
	if (s->conn == NULL || !event_at_fault(s))
		return -1;
	if (shipreceipt_event(receipt, 'D', i, s->why) == -1)
		return fault(s, strerror(ENOMEM));
	return run(s, "ROLLBACK TO e; RELEASE e", until_ms);
}

/* each by itself, to find those that are at fault */
static int
insert_each(struct pgsqlsink *s, const struct ship_event *ev, size_t n,
    int64_t until_ms, struct buf *receipt)
{
	size_t i;

	if (shipreceipt_put(receipt, 'K', -1, NULL) == -1)
		return fault(s, strerror(ENOMEM));
	if (run(s, "BEGIN", until_ms) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (insert_one(s, &ev[i], i, until_ms, receipt) == -1)
			return -1;
	return run(s, "COMMIT", until_ms);
}

/* all events: 0; or -1 with words */
static int
insert_all(struct pgsqlsink *s, int64_t until_ms)
{
	struct buf sql = { 0 };
	int r = run_insert(s, until_ms);

	/* 42P01: there is no such table */
	if (r == 0 || !s->create || strcmp(s->state, "42P01") != 0)
		return r;
	if (pgsqlsink_schema(s->table, &sql) == -1 ||
	    buf_putc(&sql, '\0') == -1)
		r = fault(s, strerror(ENOMEM));
	else
		r = run(s, buf_data(&sql), until_ms);
	buf_free(&sql);
	return r == 0 ? run_insert(s, until_ms) : -1;
}

int
pgsqlsink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct pgsqlsink *s = arg;
	int64_t until_ms;
	int r;

	s->state[0] = '\0';
	if (put_events(s, ev, n) == -1)
		return -1;
	r = connected(s);
	if (r == 0) {
		until_ms = clock_mono_ms() + s->timeout_ms;
		r = insert_all(s, until_ms);
		if (r == 0)
			return shipreceipt_put(receipt, 'K', -1, NULL);
		if (s->conn != NULL && event_at_fault(s))
			r = insert_each(s, ev, n, until_ms, receipt);
	}
	if (r == 0)
		return 0;
	/* whatever was begun is undone by this, too */
	hang_up(s);
	buf_clear(receipt);
	return shipreceipt_put(receipt, 'Z', -1, s->why);
}

void
pgsqlsink_end(struct pgsqlsink *s)
{
	hang_up(s);
	buf_free(&s->json);
}
