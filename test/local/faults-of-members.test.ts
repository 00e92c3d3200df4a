import { testFailoverAlone, testFaults } from '../support/faults.ts';

testFaults(['5', '6', '7', '8', '10', '12', '13', '18']);
testFailoverAlone(['5a', '6b', '7']);
