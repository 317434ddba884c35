#include "tls/certstore.h"
#include "base/cdbscan.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/die.h"
#include "base/fd.h"
#include "tls/certitem.h"
#include "tls/keywire.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, DAY = 86400 };

struct old {
	struct certitem_key k;
	int64_t until_ms;
};

static struct {
	char table[PATH_ROOM];
	const char *name;
	int dir;
	struct certfile_version seen; /* of the table */
	unsigned settled : 1, told : 1, looked : 1, many : 1, large : 1;
	char fault[CERTITEM_FAULT_ROOM];
	struct certitem *item;
	size_t n;
	struct old old[CERTSTORE_OLD_MAX]; /* the oldest first */
	size_t n_old;
	struct buf list;
	uint64_t generation;
	int64_t checked_ms;
} s = { .dir = -1 };

int
certstore_open(const char *confdir, const char *folder, const char *table)
{
	s.name = table;
	if (snprintf(s.table, sizeof s.table, "%s/%s.cdb", confdir, table) >=
	    (int)sizeof s.table) {
		errno = ENAMETOOLONG;
		return -1;
	}
	s.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s.dir == -1 ? -1 : 0;
}

/* keys that were replaced */

static void
drop_oldest(void)
{
	certkey_free(s.old[0].k.key);
	memmove(s.old, s.old + 1, --s.n_old * sizeof *s.old);
}

static void
expire(int64_t now_ms)
{
	while (s.n_old > 0 && s.old[0].until_ms <= now_ms)
		drop_oldest();
}

/* takes the key over */
static void
retire(const struct certitem_key *k)
{
	if (k->key == NULL)
		return;
	if (s.n_old == CERTSTORE_OLD_MAX)
		drop_oldest();
	s.old[s.n_old].k = *k;
	s.old[s.n_old++].until_ms = clock_mono_ms() + CERTSTORE_OLD_S * 1000;
}

/* the table */

/* what this line had become already, out of the ones before */
static int
inherit(struct certitem *to, const char *data, size_t n)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.item[i].line != NULL && s.item[i].line_len == n &&
		    memcmp(s.item[i].line, data, n) == 0) {
			*to = s.item[i];
			memset(&s.item[i], 0, sizeof *s.item);
			return 1;
		}
	return 0;
}

static void
drop_all(void)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		retire(&s.item[i].key);
		certitem_free(&s.item[i]);
	}
	free(s.item);
	s.item = NULL;
	s.n = 0;
}

/* how many there are; -1: it is damaged */
static long
count(const char *p, size_t n)
{
	const char *key, *data;
	size_t kn, dn;
	struct cdbscan c;
	struct tlsconf t;
	long k = 0;
	int r = cdbscan_begin(&c, p, n);

	while (r == 0 && (r = cdbscan_next(&c, &key, &kn, &data, &dn)) == 1) {
		r = tlsconf_read(&t, data, dn);
		k++;
	}
	return r == 0 ? k : -1;
}

/* nothing of the old one is lost before the new one is known to be whole */
static const char *
read_table(const char *p, size_t n)
{
	const char *key, *data;
	size_t kn, dn, k = 0;
	struct cdbscan c;
	struct certitem *item;
	long lines = count(p, n);

	if (lines == -1)
		return "it is damaged";
	item = calloc((size_t)lines + 1, sizeof *item);
	if (item == NULL)
		return "out of memory";
	s.many = lines > IDENTITY_MAX;
	cdbscan_begin(&c, p, n);
	while (k < IDENTITY_MAX && cdbscan_next(&c, &key, &kn, &data, &dn) == 1)
		if (!inherit(&item[k++], data, dn))
			needs(certitem_set(&item[k - 1], data, dn));
	drop_all();
	s.item = item;
	s.n = k;
	return NULL;
}

/* 1: it was read */
static int
check_table(int64_t now_us)
{
	struct certfile_version now;
	const char *fault;
	char *text;
	size_t n;
	int same;

	certfile_look(AT_FDCWD, s.table, &now);
	same = certfile_same(&now, &s.seen);
	if (same && s.settled)
		return 0;
	s.seen = now;
	if (fd_slurp(s.table, CERTSTORE_TABLE_MAX, &text, &n) == 0) {
		fault = read_table(text, n);
		free(text);
	} else {
		fault = strerror(errno);
	}
	s.settled =
	    now.err != 0 || (fault == NULL && certfile_settled(&now, now_us));
	if (fault == NULL)
		fault = "";
	if (!same || strcmp(fault, s.fault) != 0)
		s.told = 0;
	snprintf(s.fault, sizeof s.fault, "%s", fault);
	return 1;
}

/* what is told of it */

/* the list anew; 1: it has another generation */
static int
publish(void)
{
	unsigned char sum[CERTKEY_HASH_BYTES];
	struct buf all = { 0 };
	uint64_t was = s.generation;
	unsigned large = 0;
	size_t i, k;

	for (i = 0; i < s.n; i++) {
		k = buf_len(&all);
		if (s.item[i].cert != NULL)
			needs(certitem_put(&all, &s.item[i]));
		if (buf_len(&all) <= KEYWIRE_LIST_MAX - KEYWIRE_REQUEST_MAX)
			continue;
		all.end -= buf_len(&all) - k;
		large = 1;
		break;
	}
	if (large && !s.large)
		s.told = 0;
	s.large = large;
	needs(certificate_sha256(buf_len(&all) > 0 ? buf_data(&all) : "",
	    buf_len(&all), sum));
	memcpy(&s.generation, sum, sizeof s.generation);
	if (s.generation == 0)
		s.generation = 1;
	buf_clear(&s.list);
	needs(keywire_put_generation(&s.list, s.generation));
	if (buf_len(&all) > 0)
		needs(buf_put(&s.list, buf_data(&all), buf_len(&all)));
	buf_free(&all);
	return s.generation != was;
}

static int
look(int64_t now_ms)
{
	int server = strcmp(s.name, "tls-client") != 0;
	int64_t now_us = clock_wall_us();
	struct certitem_key old;
	size_t i;
	int news = check_table(now_us) || !s.looked;

	s.looked = 1;
	s.checked_ms = now_ms;
	expire(now_ms);
	for (i = 0; i < s.n; i++) {
		news |= certitem_check(&s.item[i], s.dir, server, now_us, &old);
		retire(&old);
	}
	return news ? publish() : 0;
}

int
certstore_check(void)
{
	int64_t now_ms = clock_mono_ms();

	if (s.looked && now_ms - s.checked_ms < CERTSTORE_CHECK_MS)
		return 0;
	return look(now_ms);
}

uint64_t
certstore_generation(void)
{
	return s.generation;
}

const struct buf *
certstore_list(void)
{
	return &s.list;
}

static struct certkey *
find(const unsigned char id[CERTKEY_HASH_BYTES])
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.item[i].key.key != NULL &&
		    memcmp(s.item[i].key.id, id, CERTKEY_HASH_BYTES) == 0)
			return s.item[i].key.key;
	for (i = s.n_old; i > 0; i--)
		if (memcmp(s.old[i - 1].k.id, id, CERTKEY_HASH_BYTES) == 0)
			return s.old[i - 1].k.key;
	return NULL;
}

struct certkey *
certstore_key(const unsigned char id[CERTKEY_HASH_BYTES])
{
	struct certkey *k;

	certstore_check();
	k = find(id);
	if (k != NULL)
		return k;
	look(clock_mono_ms());
	return find(id);
}

/* warnings */

static void
tell_fault(struct certitem *i)
{
	if (i->fault[0] == '\0' || i->told)
		return;
	i->told = 1;
	if (i->cert != NULL)
		warn("%s: %s; the one from before stays", i->conf.file,
		    i->fault);
	else
		warn("%s: %s; not used", i->conf.file, i->fault);
}

static void
tell_ends(struct certitem *i, int64_t now_s)
{
	char day[DAY_TEXT];

	if (i->cert == NULL || (i->warned_s != 0 && now_s - i->warned_s < DAY))
		return;
	if (certificate_until(i->cert) < now_s)
		warn("%s: expired on %s", i->conf.file,
		    day_text(certificate_until(i->cert), day));
	else if (certificate_until(i->cert) - now_s <= CERTSTORE_EXPIRES_S)
		warn("%s: expires on %s", i->conf.file,
		    day_text(certificate_until(i->cert), day));
	else if (certificate_from(i->cert) > now_s)
		warn("%s: valid from %s: is the clock right?", i->conf.file,
		    day_text(certificate_from(i->cert), day));
	else
		return;
	i->warned_s = now_s;
}

void
certstore_tell(int ends)
{
	int64_t now_s = clock_wall_s();
	size_t i;

	if (!s.told) {
		if (s.fault[0] != '\0')
			warn("unable to read %s: %s", s.table, s.fault);
		if (s.many)
			warn("more than 1000 certificates; the rest is not "
			     "used");
		if (s.large)
			warn("the certificates have more than 4 MiB; the rest "
			     "is not used");
	}
	s.told = 1;
	for (i = 0; i < s.n; i++) {
		tell_fault(&s.item[i]);
		if (ends)
			tell_ends(&s.item[i], now_s);
	}
}

void
certstore_close(void)
{
	drop_all();
	while (s.n_old > 0)
		drop_oldest();
	buf_free(&s.list);
	if (s.dir != -1)
		close(s.dir);
	memset(&s, 0, sizeof s);
	s.dir = -1;
}
