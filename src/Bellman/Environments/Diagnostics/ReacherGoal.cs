using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// ReacherGoal-v0: an arm of two links in the plane, without gravity, brings its tip to a goal and keeps it there. The reward is −1 a step and 0 while the tip is within 5 cm of the goal,
/// or, if dense, minus the distance in metres. It never terminates.
/// </summary>
/// <remarks>
/// Observation: a dictionary of "observation" (cosines and sines of both joints' angles, then their speeds in rad/s), "achieved_goal" (the tip's place in metres) and "desired_goal".
/// Action: the joints' torques as shares of 4 N·m and 2 N·m, clipped to [−1, 1]. Links of 0.5 m and 1 kg; the second joint's angle is that to the first link. Signal: "is_success". Limit 50 steps of 0.05 s.
/// </remarks>
/// <param name="dense">Whether the reward is minus the distance.</param>
public sealed class ReacherGoal(bool dense = false) : IEnvironment, IStateful, IGoal, ISignals, IDrawable
{
    private const double LinkLength = 0.5;
    private const double LinkMass = 1;
    private const double ShoulderTorque = 4;
    private const double ElbowTorque = 2;
    private const double Damping = 0.2;
    private const double Tolerance = 0.05;
    private const int Substeps = 5;
    private const double TimeStep = 0.05 / Substeps;
    private const double MaximumSpeed = 20;

    private double shoulder;
    private double elbow;
    private double shoulderSpeed;
    private double elbowSpeed;
    private double goalX;
    private double goalY;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new DictSpace(
        ("observation", new BoxSpace([-1, -1, -1, -1, (float)-MaximumSpeed, (float)-MaximumSpeed], [1, 1, 1, 1, (float)MaximumSpeed, (float)MaximumSpeed])),
        ("achieved_goal", new BoxSpace(-1, 1, 2)),
        ("desired_goal", new BoxSpace(-1, 1, 2)));

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new BoxSpace(-1, 1, 2);

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames { get; } = ["is_success"];

    private (double X, double Y) Tip => (LinkLength * (Math.Cos(shoulder) + Math.Cos(shoulder + elbow)), LinkLength * (Math.Sin(shoulder) + Math.Sin(shoulder + elbow)));

    private double Distance => Math.Sqrt(Square(Tip.X - goalX) + Square(Tip.Y - goalY));

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        shoulder = random.Uniform(-Math.PI, Math.PI);
        elbow = random.Uniform(-2.5, 2.5);
        (shoulderSpeed, elbowSpeed) = (0, 0);

        // Evenly over what the arm reaches with ease.
        var radius = Math.Sqrt(random.Uniform(0.2 * 0.2, 0.9 * 0.9));
        var (sine, cosine) = Math.SinCos(random.Uniform(-Math.PI, Math.PI));
        (goalX, goalY) = (radius * cosine, radius * sine);
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        double first = ShoulderTorque * Math.Clamp(action.Floats[0], -1, 1), second = ElbowTorque * Math.Clamp(action.Floats[1], -1, 1);
        for (var i = 0; i < Substeps; i++)
        {
            Move(first, second);
        }

        Observe(observation);
        return new StepResult(dense ? -Distance : Distance <= Tolerance ? 0 : -1, false, false);
    }

    /// <inheritdoc/>
    public double ComputeReward(RowReader achieved, RowReader desired)
    {
        var distance = Math.Sqrt(Square(achieved.Floats[0] - desired.Floats[0]) + Square(achieved.Floats[1] - desired.Floats[1]));
        return dense ? -distance : distance <= Tolerance ? 0 : -1;
    }

    /// <inheritdoc/>
    public bool ComputeTerminated(RowReader achieved, RowReader desired) => false;

    /// <inheritdoc/>
    public void ReadSignals(Span<double> values) => values[0] = Distance <= Tolerance ? 1 : 0;

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => ClassicControl.Save(writer, shoulder, elbow, shoulderSpeed, elbowSpeed, goalX, goalY);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (shoulder, elbow, shoulderSpeed, elbowSpeed) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        (goalX, goalY) = (reader.ReadDouble(), reader.ReadDouble());
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-1.1, -1.1, 1.1, 1.1);
        var joint = new ScenePoint(LinkLength, 0).Rotate(shoulder);
        scene.Circle(SceneColors.Green, goalX, goalY, Tolerance);
        scene.Line(SceneColors.Blue, 0.08, default, joint, new ScenePoint(Tip.X, Tip.Y));
        scene.Circle(SceneColors.Black, 0, 0, 0.06);
        scene.Circle(SceneColors.Black, joint.X, joint.Y, 0.05);
        scene.Circle(SceneColors.Red, Tip.X, Tip.Y, 0.03);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static double Square(double x) => x * x;

    // Two uniform rods: M(q)·q̈ + c(q, q̇) = τ − damping·q̇, solved by Cramer's rule; new speeds move the angles.
    private void Move(double first, double second)
    {
        const double inertia = LinkMass * LinkLength * LinkLength;
        var (sine, cosine) = Math.SinCos(elbow);
        var (m11, m12, m22) = (inertia * ((5.0 / 3) + cosine), inertia * ((1.0 / 3) + (cosine / 2)), inertia / 3);
        var twist = inertia / 2 * sine;
        var force1 = first - (Damping * shoulderSpeed) + (twist * elbowSpeed * ((2 * shoulderSpeed) + elbowSpeed));
        var force2 = second - (Damping * elbowSpeed) - (twist * shoulderSpeed * shoulderSpeed);
        var determinant = (m11 * m22) - (m12 * m12);
        shoulderSpeed = Math.Clamp(shoulderSpeed + (TimeStep * ((m22 * force1) - (m12 * force2)) / determinant), -MaximumSpeed, MaximumSpeed);
        elbowSpeed = Math.Clamp(elbowSpeed + (TimeStep * ((m11 * force2) - (m12 * force1)) / determinant), -MaximumSpeed, MaximumSpeed);
        shoulder += TimeStep * shoulderSpeed;
        elbow += TimeStep * elbowSpeed;
    }

    private void Observe(RowWriter observation)
    {
        var values = observation[0].Floats;
        values[5] = (float)elbowSpeed;
        values[4] = (float)shoulderSpeed;
        values[0] = (float)Math.Cos(shoulder);
        values[1] = (float)Math.Sin(shoulder);
        values[2] = (float)Math.Cos(elbow);
        values[3] = (float)Math.Sin(elbow);
        var (x, y) = Tip;
        (observation[1].Floats[0], observation[1].Floats[1]) = ((float)Math.Clamp(x, -1, 1), (float)Math.Clamp(y, -1, 1));
        (observation[2].Floats[0], observation[2].Floats[1]) = ((float)goalX, (float)goalY);
    }
}
