#include "recv/inboundstart.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/jail.h"
#include "chain/starter.h"
#include "conf/hostname.h"
#include "recv/handdown.h"

void
inboundstart_name(struct inbound *in, const char *confdir)
{
	char me[HOSTNAME_MAX + 1];

	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	if (smtpin_config_init(&in->config, me) == -1)
		die(EXIT_TEMP, "%s/me: not a host name: %s", confdir, me);
}

void
inboundstart_chains(struct inbound *in, char *const next[], unsigned n_chains,
    const char *confdir)
{
	static char *const *commands[3];

	handover_init(&in->next, next, n_chains);
	commands[0] = next;
	if (confdir != NULL)
		handdown_fix(in, confdir);
	if (in->completes)
		commands[1] = in->fixed.argv;
	in->next.by = in->fixed.by = &starter_by;
	if (starter_open(commands) == -1)
		die(EXIT_TEMP, "unable to prepare %s: %m", next[0]);
}

void
inboundstart_confine(struct inbound *in, const char *confdir, const char *lists,
    const char *maildirs)
{
	const char *const read[] = { confdir, lists == NULL ? confdir : lists,
		maildirs == NULL ? NULL : "/etc", NULL };
	const char *const write[] = { in->store.dir, NULL };
	const struct jail j = { JAIL_SMTP_RECV, read, write, confdir,
		maildirs };

	if (maildirs != NULL)
		mailbox_prepare(&in->access.rcpt.boxes);
	jail_enter(&j);
}
