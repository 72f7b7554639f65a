export { type Admission, type Admissions, type KeyLimits, openAdmissions } from './admit.ts';
export {
  type DeploymentLimits,
  type DeploymentSlots,
  openDeploymentSlots,
  type SlotRefusal,
} from './deployment-slots.ts';
export { budgetExceeded } from './refusal.ts';
export { openSlotQueue, type SlotQueue, type SlotRequest } from './slot-queue.ts';
