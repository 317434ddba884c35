#include "suppress/suppresstool.h"
#include "act/act.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "chain/event.h"
#include "suppress/suppressedall.h"
#include "suppress/suppressimport.h"
#include "suppress/suppressmake.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct buf out;

static struct slice
of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* of the command line */
static void
read_word(const struct suppresstool *t, struct suppressline *l,
    const char *word)
{
	if (suppressimport_word(l, &t->model, word, strlen(word)) == -1)
		die(EXIT_PERM, "%s: no address, and no sha256:HASH", word);
}

/* what another program wrote there is nobody's to cut or to go on with */
static void no_journal(const struct suppresstool *, const char *)
    __attribute__((noreturn));

static void
no_journal(const struct suppresstool *t, const char *what)
{
	if (errno == EINVAL)
		die(EXIT_TEMP,
		    "%s/journal does not begin as a journal: restore it, or "
		    "move it away",
		    t->dir);
	die(EXIT_TEMP, "unable to %s %s: %m", what, t->dir);
}

static void
open_log(const struct suppresstool *t, struct suppresslog *log)
{
	if (suppresslog_open(log, t->dir) == -1)
		no_journal(t, "open");
}

static void
open_list(const struct suppresstool *t, struct suppressed *list)
{
	/* an empty folder is an empty list; one that is not there is none */
	if (access(t->dir, F_OK) == -1 || suppressed_open(list, t->dir) == -1)
		no_journal(t, "read");
	if (list->damaged > 0)
		warn("%llu damaged lines in %s/journal",
		    (unsigned long long)list->damaged, t->dir);
}

/* a list of hashes is to have no address, nor is what is said of it */
static void
begin_act(const struct suppresstool *t, const char *act,
    const struct suppressline *l)
{
	char hex[7 + 2 * DIGEST_LEN] = "sha256:";
	size_t i;

	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(hex + 7 + 2 * i, l->hash[i]);
	act_begin(act);
	if (t->hashed || l->to[0] == '\0')
		event_put("what", hex, sizeof hex);
	else
		event_puts("what", l->to);
	event_puts("tenant", l->tenant);
	event_puts("stream", l->stream);
	event_puts("reason", l->reason);
	act_end();
}

static void
write_acts(const struct suppresstool *t)
{
	char instance[PATH_MAX];

	act_above(instance, t->dir);
	act_write(instance);
}

static void
append(const struct suppresstool *t, struct suppresslog *log,
    const struct buf *lines)
{
	write_acts(t);
	if (suppresslog_append(log, lines) == -1 || suppresslog_sync(log) == -1)
		die(EXIT_TEMP, "unable to write %s/journal: %m", t->dir);
	act_done();
}

int
suppresstool_add(const struct suppresstool *t, char **word)
{
	struct suppresslog log;
	struct suppressline l;
	struct buf lines = { 0 };

	for (; *word != NULL; word++) {
		read_word(t, &l, *word);
		needs(suppressline_put(&lines, &l, t->hashed));
		begin_act(t, "suppress-add", &l);
	}
	open_log(t, &log);
	append(t, &log, &lines);
	return EXIT_OK;
}

/* does it hold at the time it is now? */
static int
holds(const struct suppresstool *t, const struct suppressline *l)
{
	return l->act == SUPPRESSLINE_ADD &&
	    (l->until_s == 0 || l->until_s > t->model.since_s);
}

/* what stands just there, for this tenant and this stream */
static int
stands(const struct suppresstool *t, struct suppressed *list,
    const struct suppressline *l, struct suppressline *old)
{
	char key[SUPPRESSLINE_KEY];
	int r;

	suppressline_own_key(key, l);
	r = suppressed_find(list, key, old);
	if (r == -1)
		die(EXIT_TEMP, "unable to read %s: %m", t->dir);
	return r == 1 && holds(t, old);
}

int
suppresstool_remove(const struct suppresstool *t, char **word)
{
	struct suppressed list;
	struct suppresslog log;
	struct suppressline l, old;
	struct buf lines = { 0 };
	int status = EXIT_OK;

	open_list(t, &list);
	for (; *word != NULL; word++) {
		read_word(t, &l, *word);
		if (!stands(t, &list, &l, &old)) {
			status = EXIT_NONE;
			info("%s is not there", *word);
			continue;
		}
		/* why it was there is still asked for */
		old.act = SUPPRESSLINE_REMOVE;
		old.since_s = l.since_s;
		old.until_s = 0;
		snprintf(old.by, sizeof old.by, "%s", l.by);
		needs(suppressline_put(&lines, &old, t->hashed));
		begin_act(t, "suppress-remove", &old);
	}
	if (buf_len(&lines) > 0) {
		open_log(t, &log);
		append(t, &log, &lines);
	}
	return status;
}

/* whoever asks without a tenant and a stream wants to know of all of them */
struct shown {
	const struct suppresstool *tool;
	int holding;
};

static int
show_line(void *arg, const struct suppressline *l)
{
	struct shown *s = arg;

	s->holding |= holds(s->tool, l);
	needs(suppressline_show(&out, l));
	return 0;
}

static int
look_all(const struct suppresstool *t, struct suppressed *list,
    const struct suppressline *whose)
{
	struct shown s = { t, 0 };

	return suppressedall(list, whose, show_line, &s) == -1 ? -1 : s.holding;
}

/* the entry by which mail of this tenant and stream may not go */
static int
look_one(const struct suppresstool *t, struct suppressed *list,
    const struct suppressline *whose)
{
	const char *stream = t->has_stream ? t->model.stream : "";
	struct suppressline found;
	int r = suppressed_look_whose(list, of(t->model.tenant), of(stream),
	    whose, t->model.since_s, &found);

	if (r == 1)
		needs(suppressline_show(&out, &found));
	return r;
}

int
suppresstool_look(const struct suppresstool *t, char **word)
{
	struct suppressed list;
	struct suppressline whose;
	int status = EXIT_NONE, r;

	open_list(t, &list);
	for (; *word != NULL; word++) {
		read_word(t, &whose, *word);
		r = t->has_tenant || t->has_stream ? look_one(t, &list, &whose)
						   : look_all(t, &list, &whose);
		if (r == -1)
			die(EXIT_TEMP, "unable to read %s: %m", t->dir);
		if (r == 1)
			status = EXIT_OK;
	}
	out_flush_plain(&out);
	return status;
}

static int
compile(const struct suppresstool *t, int said)
{
	struct suppressmake_sums s;

	if (suppressmake(t->dir, t->model.since_s, 1, &s) == -1)
		die(EXIT_TEMP, "unable to compile %s/journal: %m", t->dir);
	if (s.damaged > 0)
		warn("%llu damaged lines in %s/journal",
		    (unsigned long long)s.damaged, t->dir);
	if (s.untidy != 0) {
		errno = s.untidy;
		warn("unable to write %s/journal anew: %m", t->dir);
	}
	if (said)
		info("%s/table.cdb: %llu entries", t->dir,
		    (unsigned long long)s.held.entries);
	return EXIT_OK;
}

int
suppresstool_compile(const struct suppresstool *t)
{
	return compile(t, 1);
}

int
suppresstool_import(const struct suppresstool *t)
{
	static struct suppressimport m;
	struct suppresslog log;

	open_log(t, &log);
	m.log = &log;
	m.model = t->model;
	m.hashed = (unsigned)t->hashed & 1;
	act_begin("suppress-import");
	act_end();
	write_acts(t);
	if (suppressimport(&m) == -1)
		die(EXIT_TEMP, "unable to import into %s: %m", t->dir);
	act_done();
	compile(t, 0);
	info("%llu lines taken, %llu wrong", (unsigned long long)m.taken,
	    (unsigned long long)m.wrong);
	return m.wrong > 0 ? EXIT_PERM : EXIT_OK;
}

static int
put_entry(void *arg, const struct suppressline *l)
{
	const struct suppresstool *t = arg;

	if (l->act != SUPPRESSLINE_ADD ||
	    (t->has_tenant && strcmp(l->tenant, t->model.tenant) != 0) ||
	    (t->has_stream && strcmp(l->stream, t->model.stream) != 0))
		return 0;
	needs(suppressline_show(&out, l));
	if (buf_len(&out) >= 65536)
		out_flush(&out);
	return 0;
}

int
suppresstool_export(const struct suppresstool *t)
{
	compile(t, 0);
	if (suppresstable_each(t->dir, t->model.since_s, put_entry,
		(void *)(uintptr_t)t) == -1)
		die(EXIT_TEMP, "unable to read %s/table.cdb: %m", t->dir);
	out_flush(&out);
	return EXIT_OK;
}
