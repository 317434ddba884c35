#ifndef SENDMAIL_VERIFYRCPT_H
#define SENDMAIL_VERIFYRCPT_H

#include "recv/verifyaddr.h"

/*
 * verifyrcpt - what would become of mail for one address, said on descriptor 1
 *
 * Where there is somebody, route(8) is asked the way, and what it prints stands
 * before our line.
 *
 * conf     the configuration directory
 * verdict  receives it
 *
 * Returns NULL, or what could not be done, a constant, with errno.
 */
const char *verifyrcpt(struct verifyaddr_conf *, char *conf, char *address,
    enum verifyaddr *verdict);

#endif
