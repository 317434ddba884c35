#ifndef ACCOUNT_ACCOUNTWORD_H
#define ACCOUNT_ACCOUNTWORD_H

#include "account/accountwire.h"

/*
 * accountword_read - an edit as it stands on a command line
 *
 * argv    ACT, what it names in its order, and then LABEL=VALUE; NULL behind them
 * secret  a password is read besides
 * q       its values point into argv
 *
 * Returns NULL, or what is wrong.
 */
const char *accountword_read(char **argv, int secret,
    struct accountwire_question *q);

#endif
