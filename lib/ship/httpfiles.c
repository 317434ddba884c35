#include "ship/httpfiles.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "Name: value" each */
static const char *
header_fault(const char *p)
{
	size_t n, name, count = 0;

	for (; *p != '\0'; p += n + strspn(p + n, "\r\n")) {
		n = strcspn(p, "\r\n");
		if (n == 0 || p[0] == '#')
			continue;
		name = strspn(p,
		    "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
		if (name == 0 || p[name] != ':')
			return "not lines of NAME: VALUE";
		if (++count > HTTPLINK_FIELDS_MAX)
			return "has too many fields";
	}
	return NULL;
}

static const char *
secret_fault(const char *text)
{
	struct buf b = { 0 };
	int bad = hooksign_put(&b, text, "", 0, "", 0) == -1;

	buf_free(&b);
	return bad ? "has no key of 24 to 512 bytes a line, or more than 8"
		   : NULL;
}

static const char *
user_fault(const char *text)
{
	return strchr(text, ':') == NULL ? "not NAME:PASSWORD" : NULL;
}

/* a file that is looked at before each batch: NULL, or what is wrong */
static const char *
look(struct secretfile *f, int first_line, const char *(*fault)(const char *))
{
	const char *why = NULL;
	int r = secretfile_look(f, &why);

	if (r == 1 && first_line)
		secretfile_first(f);
	if (r == 1 && fault != NULL && (why = fault(f->text)) != NULL)
		secretfile_free(f);
	return why;
}

static const char *
look_at_tenants(struct httplink *l)
{
	static char why[40];
	const char *fault = NULL;
	long line = 0;

	switch (secretfile_look(&l->tenants, &fault)) {
	case 0: return NULL;
	case -1: return fault;
	}
	line = tenanttable_parse(&l->table, l->tenants.text);
	if (line == 0)
		return NULL;
	tenanttable_free(&l->table);
	secretfile_free(&l->tenants);
	snprintf(why, sizeof why, "line %ld will not do", line);
	return line == -1 ? "no memory" : why;
}

int
httpfiles_look(struct httplink *l, char *text, size_t size)
{
	const struct {
		struct secretfile *f;
		const char *why;
	} t[] = {
		{ &l->user, look(&l->user, 1, user_fault) },
		{ &l->token, look(&l->token, 1, NULL) },
		{ &l->header, look(&l->header, 0, header_fault) },
		{ &l->secret, look(&l->secret, 0, secret_fault) },
		{ &l->hidden, look(&l->hidden, 0, NULL) },
		{ &l->tenants, look_at_tenants(l) },
	};
	size_t i;

	l->form.hidden = l->hidden.text;
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		if (t[i].why != NULL) {
			snprintf(text, size, "%s: %s", t[i].f->path, t[i].why);
			return -1;
		}
	return 0;
}

const char *
httpfiles_secret(struct secretfile *f)
{
	return look(f, 0, secret_fault);
}

static void
name_file(struct httplink *l, struct secretfile *f, const char *key, int secret)
{
	f->path = shipkeys_text(l->keys, key);
	f->secret = secret != 0;
}

void
httpfiles_name(struct httplink *l)
{
	name_file(l, &l->user, "user-file", 1);
	name_file(l, &l->token, "token-file", 1);
	name_file(l, &l->header, "header-file", 1);
	name_file(l, &l->secret, "secret-file", 1);
	name_file(l, &l->hidden, "sanitize-file", 0);
	name_file(l, &l->tenants, "tenant-file", 0);
}
