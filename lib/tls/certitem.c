#include "tls/certitem.h"
#include "tls/keywire.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
certitem_set(struct certitem *i, const char *data, size_t n)
{
	memset(i, 0, sizeof *i);
	i->line = malloc(n + 1);
	if (i->line == NULL)
		return -1;
	memcpy(i->line, data, n);
	i->line_len = n;
	return tlsconf_read(&i->conf, i->line, n);
}

void
certitem_free(struct certitem *i)
{
	certificate_free(i->cert);
	buf_free(&i->names);
	free(i->line);
}

/* those that were said, or else the certificate's; NULL, or what is wrong */
static const char *
read_names(struct buf *out, size_t *n, const struct certitem *i,
    const struct certificate *c)
{
	const char *said = i->conf.names;
	size_t k;

	if ((*said != '\0' ? buf_puts(out, said) : certificate_names(c, out)) ==
		-1 ||
	    buf_putc(out, '\0') == -1)
		return "out of memory";
	*n = *buf_data(out) != '\0';
	for (k = 0; k + 1 < buf_len(out); k++)
		if (buf_data(out)[k] == ',') {
			if (*n == CERTIFICATE_NAMES_MAX)
				break;
			buf_data(out)[k] = '\0';
			++*n;
		}
	buf_data(out)[k] = '\0';
	return NULL;
}

/* all is read and fits: from now on it is in use */
static void
use(struct certitem *i, struct certificate *c, const struct certitem_key *k,
    const struct buf *names, size_t n, struct certitem_key *old)
{
	if (memcmp(k->id, i->key.id, sizeof k->id) == 0)
		certkey_free(i->key.key);
	else
		*old = i->key;
	certificate_free(i->cert);
	buf_free(&i->names);
	i->cert = c;
	i->key = *k;
	i->names = *names;
	i->n_names = n;
	i->warned_s = 0;
}

static const char *
take(struct certitem *i, const struct buf *cert, const struct buf *key,
    int server, struct certitem_key *old)
{
	unsigned char whole[CERTKEY_HASH_BYTES];
	struct buf names = { 0 };
	struct certificate *c = NULL;
	struct certitem_key k;
	const char *fault = NULL;
	size_t n = 0;

	k.key = certkey_parse(buf_data(key), buf_len(key), &fault);
	if (k.key != NULL)
		c = certificate_parse(buf_data(cert), buf_len(cert), k.key,
		    &fault);
	if (c != NULL)
		fault = certificate_hash(c, whole, k.id) == -1
		    ? "out of memory"
		    : read_names(&names, &n, i, c);
	if (fault == NULL && n == 0 && server)
		fault = "no name in it";
	if (fault == NULL) {
		use(i, c, &k, &names, n, old);
		return NULL;
	}
	buf_free(&names);
	certificate_free(c);
	certkey_free(k.key);
	return fault;
}

static int
own_file(const struct certitem *i)
{
	return strcmp(i->conf.file, i->conf.key) == 0;
}

static const char *
read_it(struct certitem *i, int dir, int server, int *passes,
    struct certitem_key *old)
{
	struct buf cert = { 0 }, key = { 0 };
	const char *fault =
	    certfile_read(dir, i->conf.file, own_file(i), &cert, passes);

	if (fault == NULL && !own_file(i))
		fault = certfile_read(dir, i->conf.key, 1, &key, passes);
	if (fault == NULL)
		fault = take(i, &cert, own_file(i) ? &cert : &key, server, old);
	buf_wipe(&cert);
	buf_wipe(&key);
	if (fault != NULL && strcmp(fault, "out of memory") == 0)
		*passes = 1;
	return fault;
}

int
certitem_check(struct certitem *i, int dir, int server, int64_t now_us,
    struct certitem_key *old)
{
	struct certfile_version now[2];
	const char *fault;
	int passes, same;

	old->key = NULL;
	certfile_look(dir, i->conf.file, &now[0]);
	certfile_look(dir, i->conf.key, &now[1]);
	same = certfile_same(&now[0], &i->seen[0]) &&
	    certfile_same(&now[1], &i->seen[1]);
	if (same && i->settled)
		return 0;
	fault = read_it(i, dir, server, &passes, old);
	i->settled = !passes && certfile_settled(&now[0], now_us) &&
	    certfile_settled(&now[1], now_us);
	memcpy(i->seen, now, sizeof now);
	if (fault == NULL)
		fault = "";
	if (!same || strcmp(fault, i->fault) != 0)
		i->told = 0;
	snprintf(i->fault, sizeof i->fault, "%s", fault);
	return 1;
}

int
certitem_put(struct buf *out, const struct certitem *i)
{
	struct slice chain[CERTIFICATE_CHAIN_MAX];
	const char *name[CERTIFICATE_NAMES_MAX], *p = buf_data(&i->names);
	struct identity id = { .names = name, .chain = chain };
	enum certkey_kind kind = certificate_kind(i->cert);
	size_t k;

	memcpy(id.id, i->key.id, sizeof id.id);
	id.kind = kind == CERTKEY_RSA ? IDENTITY_RSA : IDENTITY_EC;
	id.curve = kind == CERTKEY_EC256 ? 23 : kind == CERTKEY_EC384 ? 24 : 0;
	id.self = certificate_self(i->cert) != 0;
	id.until_s = certificate_until(i->cert);
	id.file = i->conf.file;
	id.n_names = i->n_names;
	for (k = 0; k < i->n_names; k++, p += strlen(p) + 1)
		name[k] = p;
	id.n_chain = certificate_count(i->cert);
	for (k = 0; k < id.n_chain; k++)
		chain[k].p =
		    (const char *)certificate_der(i->cert, k, &chain[k].n);
	return keywire_put_identity(out, &id);
}
