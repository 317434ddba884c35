#include "send/connphase.h"
#include "send/conntls.h"

const char *
connphase(const struct sendconn *c)
{
	enum smtpout_phase p = smtpout_phase(&c->s);

	if (conntls_is_shaking(c))
		return "tls";
	if (c->lead == NULL)
		return smtpout_phase_name(p);
	if (!c->heard && !c->stands)
		return "connect";
	/* EHLO is answered, and what it says will not do */
	return smtpout_phase_name(p == SMTPOUT_IDLE ? SMTPOUT_HELO : p);
}
