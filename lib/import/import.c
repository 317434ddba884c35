#include "import/import.h"
#include "base/plain.h"
#include "conf/conftext.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
import_put(struct import *m, struct buf *b, const char *p, size_t n)
{
	if (n > 0 && buf_put(b, p, n) == -1)
		m->no_memory = 1;
}

void
import_puts(struct import *m, struct buf *b, const char *s)
{
	import_put(m, b, s, strlen(s));
}

/* may it stand without quotes? */
static int
is_bare(struct slice v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] == ' ' || v.p[i] == '\t' || v.p[i] == '"' ||
		    v.p[i] == '\\')
			return 0;
	return v.n > 0;
}

void
import_word(struct import *m, struct buf *b, const char *label, struct slice v)
{
	size_t i;

	import_puts(m, b, label);
	if (is_bare(v)) {
		import_put(m, b, v.p, v.n);
		return;
	}
	import_puts(m, b, "\"");
	for (i = 0; i < v.n; i++) {
		if (v.p[i] == '"' || v.p[i] == '\\')
			import_puts(m, b, "\\");
		import_put(m, b, v.p + i, 1);
	}
	import_puts(m, b, "\"");
}

/* foreign text in one line */
static void
put_plain(struct import *m, struct buf *b, const char *p, size_t n)
{
	if (plain_put(b, p, n, "") == -1)
		m->no_memory = 1;
}

static void
put_line(struct import *m, struct import_out *o, struct slice line)
{
	import_put(m, &o->text, line.p, line.n);
	import_puts(m, &o->text, "\n");
	o->lines++;
}

static void
put_at(struct import *m, struct buf *b, const struct import_at *at)
{
	put_plain(m, b, at->file, strlen(at->file));
	if (at->line > 0 && buf_printf(b, ":%u", at->line) == -1)
		m->no_memory = 1;
}

/* WHY: WHAT */
static void
put_reason(struct import *m, struct buf *b, struct slice what, const char *why)
{
	size_t n = what.n > IMPORT_SHOWN_MAX ? IMPORT_SHOWN_MAX : what.n;

	import_puts(m, b, why);
	if (n > 0)
		import_puts(m, b, ": ");
	put_plain(m, b, what.p, n);
	if (n < what.n)
		import_puts(m, b, "...");
}

void
import_left(struct import *m, enum import_name i, const struct import_at *at,
    struct slice what, const char *why)
{
	struct buf text = { 0 }, b = { 0 };

	if (++m->left > IMPORT_LEFT_MAX)
		return;
	put_reason(m, &text, what, why);
	if (!m->no_memory)
		m->told(m->arg, at, buf_data(&text), buf_len(&text));
	import_puts(m, &b, "# ");
	put_at(m, &b, at);
	import_puts(m, &b, ": left out: ");
	import_put(m, &b, buf_data(&text), buf_len(&text));
	put_line(m, &m->out[i], import_slice(&b));
	buf_free(&text);
	buf_free(&b);
}

void
import_broken(struct import *m, const struct import_at *at, struct slice what,
    const char *why)
{
	struct buf text = { 0 };

	m->broken = 1;
	put_reason(m, &text, what, why);
	if (!m->no_memory)
		m->told(m->arg, at, buf_data(&text), buf_len(&text));
	buf_free(&text);
}

void
import_lefts(struct import *m, enum import_name i, const struct import_at *at,
    const char *what, const char *why)
{
	import_left(m, i, at, (struct slice){ what, strlen(what) }, why);
}

/* the parser's answer */
struct answer {
	struct import *import;
	struct buf why;
};

static int
on_record(void *arg, const char *key, size_t key_len, const char *data,
    size_t data_len)
{
	(void)arg, (void)key, (void)key_len, (void)data, (void)data_len;
	return 0;
}

static void
on_wrong(void *arg, const char *reason)
{
	struct answer *a = arg;

	if (buf_len(&a->why) == 0)
		put_plain(a->import, &a->why, reason, strlen(reason));
}

static void
sink_of(struct conffile_sink *s, struct answer *a)
{
	*s = (struct conffile_sink){ on_record, on_wrong, a };
}

/* what conf-build would say of it; 0, or -1 with the reason in a->why */
static int
check(struct import_out *o, enum import_name i, const char *line, size_t n,
    struct answer *a)
{
	const struct conffile *f = a->import->subject[i];
	struct conffile_sink sink;
	const char *fault;

	if (o->state == NULL)
		o->state = calloc(1, f->state_size + 1);
	if (o->state == NULL) {
		a->import->no_memory = 1;
		return 0;
	}
	sink_of(&sink, a);
	fault = n == 0 || line[0] == '#' ? "it would be a comment"
					 : conftext_fault(line, n);
	if (fault != NULL)
		return conffile_wrong(&sink, fault);
	/* behind its comment */
	return f->line(o->state, line, n, o->lines + 2, &sink);
}

int
import_say(struct import *m, enum import_name i, const struct import_at *at,
    const char *line, size_t n)
{
	struct import_out *o = &m->out[i];
	struct answer a = { m, { 0 } };
	struct buf b = { 0 };
	int taken = !m->no_memory && check(o, i, line, n, &a) == 0;

	if (taken) {
		import_puts(m, &b, "# ");
		put_at(m, &b, at);
		put_line(m, o, import_slice(&b));
		put_line(m, o, (struct slice){ line, n });
		o->said++;
	} else {
		import_puts(m, &b, m->subject[i]->name);
		import_puts(m, &b, " cannot say this: ");
		import_put(m, &b, buf_data(&a.why), buf_len(&a.why));
		import_put(m, &b, "", 1);
		if (!m->no_memory)
			import_left(m, i, at, (struct slice){ line, n },
			    buf_data(&b));
	}
	buf_free(&b);
	buf_free(&a.why);
	return taken;
}

int
import_sayf(struct import *m, enum import_name i, const struct import_at *at,
    const char *fmt, ...)
{
	char *line;
	va_list ap;
	int n, taken;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n == -1) {
		m->no_memory = 1;
		return 0;
	}
	taken = import_say(m, i, at, line, (size_t)n);
	free(line);
	return taken;
}

int
import_finish(struct import *m)
{
	const struct conffile *f;
	struct conffile_sink sink;
	struct answer a = { m, { 0 } };
	struct import_at at;
	enum import_name i;

	for (i = 0; i < IMPORT_NAMES; i++) {
		f = m->subject[i];
		if (m->out[i].state == NULL || f->finish == NULL)
			continue;
		sink_of(&sink, &a);
		f->finish(m->out[i].state, &sink);
		free(m->out[i].state);
		m->out[i].state = NULL;
		if (buf_len(&a.why) == 0)
			continue;
		at = (struct import_at){ f->name, 0 };
		import_left(m, i, &at, import_slice(&a.why),
		    "all lines together are refused");
		buf_clear(&a.why);
	}
	buf_free(&a.why);
	if (!m->no_memory)
		return 0;
	errno = ENOMEM;
	return -1;
}

void
import_free(struct import *m)
{
	enum import_name i;

	for (i = 0; i < IMPORT_NAMES; i++) {
		buf_free(&m->out[i].text);
		free(m->out[i].state);
	}
	memset(m, 0, sizeof *m);
}
