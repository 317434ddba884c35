#include "admin/adminconf.h"
#include "admin/adminjob.h"
#include "admin/adminrun.h"
#include "admin/adminwords.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "format/jsontext.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>

/* calls about the configuration */

struct change {
	const char *name;
	char dir[PATH_MAX];
	struct buf was; /* the text before */
	int there;      /* there was one */
	struct buf
	    said; /* by conf-build: of the copy's folder the name of ours */
};

static void
no_memory(int r)
{
	if (r != 0)
		die(EXIT_TEMP, "out of memory");
}

static void
put_etag(struct adminjob *j, const struct buf *text)
{
	char digest[ADMINCONF_DIGEST + 1];

	adminconf_digest(buf_data(text), buf_len(text), digest);
	snprintf(j->answer.etag, sizeof j->answer.etag, "\"%s\"", digest);
}

/* 1: it is read, or there is none; 0: it is answered */
static int
read_text(struct adminjob *j, struct change *c)
{
	c->there = adminconf_read(c->dir, c->name, &c->was);
	if (c->there != -1)
		return 1;
	adminanswer_fault(&j->answer, 503, "the file cannot be read");
	warn("unable to read %s/%s: %m", c->dir, c->name);
	return 0;
}

static void
serve_get(struct adminjob *j, struct change *c)
{
	if (!read_text(j, c))
		return;
	if (!c->there) {
		adminanswer_fault(&j->answer, 404, "there is no such file");
		return;
	}
	put_etag(j, &c->was);
	j->answer.type = "text/plain; charset=utf-8";
	j->answer.content = c->was;
	memset(&c->was, 0, sizeof c->was);
}

static void
serve_list(struct adminjob *j, struct change *c)
{
	if (adminconf_list(c->dir, &j->answer.content) == 0)
		return;
	adminanswer_fault(&j->answer, 503, "the folder cannot be read");
	warn("unable to read %s: %m", c->dir);
}

/* conf-build */

/* without the name of the folder of a copy, and that of the program */
static void
take_said(struct change *c, const char *copy, const struct buf *from)
{
	size_t len = strlen(copy), i, n = buf_len(from);
	const char *p = buf_data(from);

	for (i = 0; i < n; i++) {
		if (n - i > len && memcmp(p + i, copy, len) == 0) {
			no_memory(buf_puts(&c->said, "conf"));
			i += len - 1;
		} else {
			no_memory(buf_putc(&c->said, p[i]));
		}
	}
}

/* in a folder; the status for who asks: 200, 422, or why it cannot be known */
static unsigned
build(struct change *c, const char *option, const char *dir)
{
	char *argv[] = { "conf-build", (char *)option, (char *)dir, NULL };
	struct adminrun r = { .line = NULL };
	enum adminrun_end end;
	unsigned status;

	if (option == NULL) {
		argv[1] = (char *)dir;
		argv[2] = NULL;
	}
	end = adminrun(&r, argv);
	status = end == ADMINRUN_LATE ? 504u
	    : end != ADMINRUN_ENDED   ? 503u
	    : r.status == EXIT_OK     ? 200u
	    : r.status == EXIT_PERM   ? 422u
				      : 503u;
	buf_clear(&c->said);
	take_said(c, dir, &r.err);
	take_said(c, dir, &r.out);
	adminrun_free(&r);
	return status;
}

static void
refuse_said(struct adminjob *j, const struct change *c, unsigned status)
{
	adminanswer_problem(&j->answer, status, buf_data(&c->said),
	    buf_len(&c->said));
	if (status == 503)
		j->answer.retry_s = 5;
}

/* on a copy with the new text in it: 1: it is good, 0: it is answered */
static int
try_it(struct adminjob *j, struct change *c)
{
	char copy[ADMINCONF_COPY];
	unsigned status;

	if (adminconf_copy(c->dir, c->name, &j->req.body, copy) == -1) {
		adminanswer_fault(&j->answer, 503, "no copy can be made");
		warn("unable to copy %s: %m", c->dir);
		return 0;
	}
	status = build(c, "-d", copy);
	adminconf_remove(copy);
	if (status != 200)
		refuse_said(j, c, status);
	return status == 200;
}

/* a change */

/* is the condition of a request this text's?  RFC 9110 section 13.1 */
static int
is_of(const struct slice *v, const char *etag, int there)
{
	return there && (httphead_lists(*v, etag) || httphead_lists(*v, "*"));
}

/* what must be there, or not: 1: it is so, 0: it is answered */
static int
check_condition(struct adminjob *j, struct change *c)
{
	const struct slice *match = httphead_find(&j->req.head, "If-Match"),
			   *none = httphead_find(&j->req.head, "If-None-Match");
	char etag[sizeof j->answer.etag] = "";

	if (c->there) {
		put_etag(j, &c->was);
		memcpy(etag, j->answer.etag, sizeof etag);
	}
	if (match == NULL && none == NULL)
		adminanswer_fault(&j->answer, 428,
		    "say of which text it is a change: If-Match with its ETag, "
		    "or If-None-Match: * for a new file");
	else if ((match != NULL && !is_of(match, etag, c->there)) ||
	    (none != NULL && is_of(none, etag, c->there)))
		adminanswer_fault(&j->answer, 412,
		    "the file is not what was said: it has changed");
	else
		return 1;
	memcpy(j->answer.etag, etag, sizeof etag);
	return 0;
}

static void
put_back(struct change *c, int partly)
{
	if (adminconf_write(c->dir, c->name, c->there ? &c->was : NULL) == -1)
		warn("unable to put %s/%s back: %m", c->dir, c->name);
	else if (partly)
		build(c, NULL, c->dir);
}

/* what conf-build -d has said becomes the answer */
static void
put_done(struct adminjob *j, struct change *c, int in_force)
{
	struct buf *b = &j->answer.content;

	put_etag(j, &j->req.body);
	no_memory(buf_printf(b, "{\"name\":\"%s\",\"in-force\":%s,\"said\":",
	    c->name, in_force ? "true" : "false"));
	no_memory(jsontext_string(b, buf_data(&c->said), buf_len(&c->said)));
	no_memory(buf_puts(b, "}\n"));
}

/* it is good: in its place, and in force; or as it was before */
static void
put_in_force(struct adminjob *j, struct change *c)
{
	char now[ADMINCONF_DIGEST + 1];
	struct buf diff = c->said;
	unsigned status;

	memset(&c->said, 0, sizeof c->said);
	adminconf_digest(buf_data(&j->req.body), buf_len(&j->req.body), now);
	adminjob_act(j, c->name, now);
	if (adminconf_write(c->dir, c->name, &j->req.body) == -1) {
		warn("unable to write %s/%s: %m", c->dir, c->name);
		adminanswer_fault(&j->answer, 503, "it cannot be written");
		status = 503;
	} else if ((status = build(c, NULL, c->dir)) != 200) {
		refuse_said(j, c, status);
	}
	if (status == 200) {
		buf_free(&c->said);
		c->said = diff;
		put_done(j, c, 1);
		return;
	}
	put_back(c, status != 422);
	adminjob_act_failed(j, c->name);
	buf_free(&diff);
}

static void
serve_put(struct adminjob *j, struct change *c)
{
	if (!read_text(j, c) || !check_condition(j, c) || !try_it(j, c))
		return;
	j->answer.status = 200;
	j->answer.type = NULL;
	if (adminparams_get(&j->params, "check", 0) != NULL)
		put_done(j, c, 0);
	else
		put_in_force(j, c);
}

static void
serve_undo(struct adminjob *j, struct change *c)
{
	unsigned status;

	adminjob_act(j, "", NULL);
	status = build(c, "-u", c->dir);
	if (status != 200) {
		adminjob_act_failed(j, "");
		refuse_said(j, c, status == 422 ? 409 : status);
		return;
	}
	no_memory(buf_puts(&j->answer.content, "{\"said\":"));
	no_memory(jsontext_string(&j->answer.content, buf_data(&c->said),
	    buf_len(&c->said)));
	no_memory(buf_puts(&j->answer.content, "}\n"));
}

/* one change at a time */
static void
serve_locked(struct adminjob *j, struct change *c)
{
	int lock;

	if (adminconf_lock(c->dir, &lock) == -1) {
		adminanswer_fault(&j->answer, 503,
		    errno == ETIMEDOUT
			? "somebody else changes it"
			: "the folder of the configuration cannot be written");
		j->answer.retry_s = 5;
		return;
	}
	if (j->call->form == ADMINCALL_CONF_PUT)
		serve_put(j, c);
	else
		serve_undo(j, c);
	fd_drop(&lock);
}

void
adminjob_config(struct adminjob *j)
{
	struct change c = { .name = adminparams_get(&j->params, "name", 0) };

	if (snprintf(c.dir, sizeof c.dir, "%s/conf", j->instance) >=
	    (int)sizeof c.dir)
		die(EXIT_PERM, "the name is too long");
	if (j->call->form == ADMINCALL_CONF_LIST)
		serve_list(j, &c);
	else if (c.name != NULL && !adminconf_known(c.name))
		adminanswer_fault(&j->answer, 404, "there is no such file");
	else if (j->call->form == ADMINCALL_CONF_GET)
		serve_get(j, &c);
	else
		serve_locked(j, &c);
	buf_free(&c.was);
	buf_free(&c.said);
}
