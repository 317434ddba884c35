#include "ship/linkargs.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
linkargs_take(struct shipkeys *k, int argc, char **argv, const char *usage)
{
	if (getopt(argc, argv, "+") != -1 || argc - optind < 2)
		die_usage(usage);
	if (shipkeys_parse(k, argv[optind], argv[optind + 1], argv + optind + 2,
		(unsigned)(argc - optind - 2)) == -1)
		die(EXIT_PERM, "%s", k->why);
	if (k->program == NULL || strcmp(k->program, prog_name) != 0)
		die(EXIT_PERM, "%s is not for this program", argv[optind]);
}

void
linkargs_tls(struct shipconn_to *to, const struct shipkeys *k)
{
	to->ca_file = shipkeys_text(k, "ca-file");
	to->cert_file = shipkeys_text(k, "cert-file");
	to->key_file = shipkeys_text(k, "key-file");
}

int
linkargs_user(struct linkargs_user *u, const struct shipkeys *k)
{
	const char *path = shipkeys_text(k, "user-file");
	char *p, *colon;
	size_t n;

	u->name = u->password = NULL;
	if (path == NULL)
		return 0;
	if (fd_slurp(path, LINKARGS_USER_MAX, &p, &n) == -1)
		return -1;
	memcpy(u->text, p, n + 1);
	explicit_bzero(p, n);
	free(p);
	u->text[strcspn(u->text, "\r\n")] = '\0';
	colon = strchr(u->text, ':');
	if (colon == NULL) {
		errno = EINVAL;
		return -1;
	}
	*colon = '\0';
	u->name = u->text;
	u->password = colon + 1;
	return 0;
}

void
linkargs_need_user(struct linkargs_user *u, const struct shipkeys *k)
{
	if (linkargs_user(u, k) == -1)
		die(EXIT_TEMP, "unable to read %s: %m",
		    shipkeys_text(k, "user-file"));
}
