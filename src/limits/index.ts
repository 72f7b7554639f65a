export { type Admission, type Admissions, type KeyLimits, openAdmissions } from './admit.ts';
export { type DeploymentLimits, type DeploymentSlots, openDeploymentSlots } from './deployment-slots.ts';
export { budgetExceeded } from './refusal.ts';
