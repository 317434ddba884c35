#include "confbuild/maketable.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "conf/local.h"
#include "dns/idn.h"
#include "route/aliasfile.h"
#include "route/routefile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EMPTY_CDB_SIZE = 2048 }; /* of a cdb without any */

void
maketable_path(char out[PATH_MAX], const char *dir, const char *before,
    const char *name, const char *after)
{
	if (snprintf(out, PATH_MAX, "%s/%s%s%s", dir, before, name, after) >=
	    PATH_MAX)
		die(EXIT_PERM, "name too long: %s", dir);
}

void
maketable_open(struct maketables *t, const char *dir,
    const struct conffile *const *subjects, struct conffaults *faults)
{
	struct maketable *m;
	const char *name;
	size_t n = 0;

	memset(t, 0, sizeof *t);
	while (subjects[n] != NULL)
		n++;
	t->dir = dir;
	t->faults = faults;
	t->all = need(calloc(n, sizeof *t->all));
	for (; t->n < n; t->n++) {
		m = &t->all[t->n];
		m->of = t;
		m->subject = subjects[t->n];
		name = m->subject->name;
		maketable_path(m->path, dir, "", name, "");
		maketable_path(m->final, dir, "", name, ".cdb");
		maketable_path(m->temp, dir, ".", name, ".cdb.new");
	}
}

int
maketable_want(struct maketables *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->all[i].subject->name, name) == 0) {
			t->all[i].wanted = 1;
			return 0;
		}
	return -1;
}

void
maketable_want_all(struct maketables *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		t->all[i].wanted = 1;
}

/* reading */

static void
on_wrong(void *arg, const char *reason)
{
	struct maketable *m = arg;

	conffaults_fault(m->of->faults, m->path, m->lineno, reason);
}

static void
keep(const struct maketable *m, const char *key, size_t kn, const char *data,
    size_t dn)
{
	struct buf *keys = &m->of->alias_keys;

	if (m->subject == &conffile_aliases) {
		needs(buf_put(keys, key, kn));
		needs(buf_putc(keys, '\n'));
	} else if (m->subject == &conffile_routes && key[0] != '=')
		needs(buf_put(&m->of->rules, data, dn));
}

static void
add(struct maketable *m, const char *key, size_t kn, const char *data,
    size_t dn)
{
	if (cdbwrite_add(&m->cdb, key, kn, data, dn) == -1)
		die(EXIT_TEMP, "unable to make the table of %s: %m", m->path);
}

/* what is local in UTF-8 is so as A-labels, and the other way: mail comes for
 * both (RFC 6531 section 3.2), and finds one of them in the other files */
static void
keep_form(const struct maketable *m, const char *key, size_t kn,
    const char *line, size_t n)
{
	char form[IDN_UTF8_ROOM];
	int r = idn_needed(key, kn) ? idn_ascii(key, kn, form)
				    : idn_utf8(key, kn, form);

	if (r == 0 && !ascii_is(key, kn, form))
		needs(buf_printf(&m->of->forms, "%s\t%.*s %.*s\n", form, (int)n,
		    line, (int)kn, key));
}

/* behind the last line: of a key that is there twice the first is found, and so
 * a domain that the file has in both forms is each of them by itself */
static void
add_forms(struct maketable *m)
{
	const char *p = buf_data(&m->of->forms), *tab, *lf;
	const char *end = p + buf_len(&m->of->forms);

	for (; p < end; p = lf + 1) {
		tab = memchr(p, '\t', (size_t)(end - p));
		lf = memchr(tab, '\n', (size_t)(end - tab));
		add(m, p, (size_t)(tab - p), tab + 1, (size_t)(lf - tab) - 1);
	}
}

static int
on_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct maketable *m = arg;

	keep(m, key, kn, data, dn);
	add(m, key, kn, data, dn);
	if (m->subject == &conffile_local)
		keep_form(m, key, kn, data, dn);
	return 0;
}

char *
maketable_text(const char *path, size_t *n)
{
	char *text;

	if (fd_slurp(path, CONFFILE_BYTES_MAX, &text, n) == 0)
		return text;
	if (errno == ENOTSUP || errno == ENXIO)
		die(EXIT_TEMP, "unable to read %s: it is no file", path);
	if (errno != ENOENT)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	return NULL;
}

static void
compile(struct maketable *m, const char *text, size_t n)
{
	const struct conffile_sink sink = { on_add, on_wrong, m };

	needs(conffile_read(m->subject, text, n, &m->lineno, &sink));
	if (m->subject == &conffile_local)
		add_forms(m);
	if (cdbwrite_finish(&m->cdb) == -1)
		die(EXIT_TEMP, "unable to make the table of %s: %m", m->path);
	m->made = 1;
}

static void
load(struct maketable *m)
{
	struct stat st;
	char *text;
	size_t n;

	text = maketable_text(m->path, &n);
	if (text != NULL) {
		m->mode = stat(m->path, &st) == 0 ? st.st_mode & 0666 : 0644;
		compile(m, text, n);
		free(text);
		return;
	}
	if (stat(m->final, &st) == -1 || st.st_size == EMPTY_CDB_SIZE)
		return;
	/* a running program keeps its table when the file goes away: so the
	 * table stays, empty */
	info("%s is gone: %s becomes empty", m->path, m->final);
	m->mode = st.st_mode & 0666;
	compile(m, "", 0);
}

void
maketable_read(struct maketables *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->all[i].wanted)
			load(&t->all[i]);
		else
			table_open(&t->all[i].old, t->all[i].final);
}

/* looking up */

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct maketable *m = arg;
	struct cdb c;
	int r;

	if (!m->made)
		return m->old.open ? table_ref(&m->old, key, n, data, len) : 0;
	memset(&c, 0, sizeof c);
	c.map = buf_data(&m->cdb.out);
	c.size = (uint32_t)buf_len(&m->cdb.out);
	r = cdb_find(&c, (const unsigned char *)key, n);
	if (r == 1) {
		*data = c.map + cdb_datapos(&c);
		*len = cdb_datalen(&c);
	}
	return r;
}

struct lookup
maketable_lookup(struct maketables *t, const struct conffile *s)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->all[i].subject == s)
			return (struct lookup){ get, &t->all[i] };
	return (struct lookup){ lookup_none, NULL };
}

/* writing */

static int
write_temp(const struct maketable *m)
{
	int fd;

	unlink(m->temp); /* of one that was interrupted */
	fd = open(m->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 ||
	    fd_write_all(fd, buf_data(&m->cdb.out), buf_len(&m->cdb.out)) ==
		-1 ||
	    fchmod(fd, m->mode) == -1 || fsync(fd) == -1 || close(fd) == -1) {
		warn("unable to write %s: %m", m->temp);
		return -1;
	}
	return 0;
}

/* done have their names already */
static void
give_up(struct maketables *t, size_t done)
{
	size_t i, n = 0;

	for (i = 0; i < t->n; i++)
		if (t->all[i].made && n++ >= done)
			unlink(t->all[i].temp);
	if (done == 0)
		die(EXIT_TEMP, "nothing was replaced");
	die(EXIT_TEMP, "%zu of %zu tables were replaced", done, n);
}

void
maketable_replace(struct maketables *t, int dirfd)
{
	struct maketable *m;
	size_t n = 0;

	for (m = t->all; m < t->all + t->n; m++)
		if (m->made && write_temp(m) == -1)
			give_up(t, 0);
	for (m = t->all; m < t->all + t->n; m++) {
		if (!m->made)
			continue;
		if (rename(m->temp, m->final) == -1) {
			warn("unable to rename %s to %s: %m", m->temp,
			    m->final);
			give_up(t, n);
		}
		n++;
	}
	if (fsync(dirfd) == -1)
		die(EXIT_TEMP, "unable to sync %s: %m", t->dir);
}
